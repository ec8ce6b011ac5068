"""Progress of a request, and its cancellation between steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from resnet_viz.errors import Cancelled
from resnet_viz.protocol.messages import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnet_viz.protocol.messages import Reply


class Task:
    """Progress and cancellation of one request."""

    def __init__(
        self,
        request: int,
        *,
        steps: int,
        send: Callable[[Reply], None],
        is_cancelled: Callable[[int], bool],
    ) -> None:
        self._request = request
        self._steps = steps
        self._done = 0
        self._send = send
        self._is_cancelled = is_cancelled
        self._started = time.monotonic()

    def step(self, stage: str) -> None:
        """Report that ``stage`` begins now.

        Raises:
            Cancelled: the request has been cancelled.
        """
        self.stop_if_cancelled()
        elapsed = round(time.monotonic() - self._started, 3)
        self._send(
            Progress(
                id=self._request,
                stage=stage,
                done=self._done,
                total=self._steps,
                elapsed=elapsed,
            )
        )
        self._done += 1

    def stop_if_cancelled(self) -> None:
        """Raise ``Cancelled`` if the request has been cancelled."""
        if self._is_cancelled(self._request):
            raise Cancelled
