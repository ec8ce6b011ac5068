"""Progress of a request, its measurements, and its pause and cancellation between steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

from resnet_viz.errors import Cancelled
from resnet_viz.protocol.experiment_messages import Measurement
from resnet_viz.protocol.messages import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnet_viz.experiments.results import Result
    from resnet_viz.protocol.encoding import Reply

_MEASUREMENT_INTERVAL_S: Final = 0.25


class Steering(Protocol):
    """Pauses and cancellations of requests; the ``Inbox`` has them."""

    def is_cancelled(self, request: int) -> bool:
        """Return whether ``request`` has been cancelled."""
        ...

    def is_paused(self, request: int) -> bool:
        """Return whether ``request`` is to wait."""
        ...

    def wait_while_paused(self, request: int) -> None:
        """Wait until ``request`` is resumed or cancelled."""
        ...


class Task:
    """Progress, measurements, pause and cancellation of one request."""

    def __init__(
        self,
        request: int,
        *,
        steps: int,
        send: Callable[[Reply], None],
        steering: Steering,
    ) -> None:
        self._request = request
        self._steps = steps
        self._done = 0
        self._send = send
        self._steering = steering
        self._started = time.monotonic()
        self._last_measurement = -_MEASUREMENT_INTERVAL_S
        self._stage_start = self._started

    def step(self, stage: str) -> None:
        """Report that ``stage`` begins now.

        Raises:
            Cancelled: the request has been cancelled.
        """
        self.stop_if_cancelled()
        self._stage_start = time.monotonic()
        self._send(
            Progress(
                id=self._request,
                stage=stage,
                done=self._done,
                total=self._steps,
                elapsed=self._elapsed(),
            )
        )
        self._done += 1

    def measured(
        self,
        result: Callable[[], Result],
        *,
        done: int,
        total: int,
        remaining: float | None = None,
        always: bool = False,
    ) -> None:
        """Send the result so far, a few times a second at most; waits while paused.

        Args:
            result: makes the result; called only if it is sent.
            done: as in ``Measurement``.
            total: likewise.
            remaining: likewise; None for an estimate by what the stage has taken so far.
            always: send it in any case.

        Raises:
            Cancelled: the request has been cancelled; the result so far has been sent.
        """
        paused = self._steering.is_paused(self._request)
        cancelled = self._steering.is_cancelled(self._request)
        due = self._elapsed() - self._last_measurement >= _MEASUREMENT_INTERVAL_S
        if always or due or paused or cancelled:
            self._last_measurement = self._elapsed()
            if remaining is None and done:
                taken = time.monotonic() - self._stage_start
                remaining = round(taken / done * (total - done), 1)
            self._send(
                Measurement(
                    id=self._request,
                    result=result(),
                    done=done,
                    total=total,
                    elapsed=self._elapsed(),
                    remaining=remaining,
                    paused=paused,
                )
            )
        if paused:
            self._steering.wait_while_paused(self._request)
        self.stop_if_cancelled()

    def _elapsed(self) -> float:
        return round(time.monotonic() - self._started, 3)

    def stop_if_cancelled(self) -> None:
        """Raise ``Cancelled`` if the request has been cancelled."""
        if self._steering.is_cancelled(self._request):
            raise Cancelled
