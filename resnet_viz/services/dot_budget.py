"""Time limit of Graphviz for one picture, all its layouts together.

Most pictures need no Graphviz, so the runner is imported with the first layout.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PICTURE_SECONDS: Final = 10.0
"""Time limit of a picture: of all its layouts together."""


class DotBudget:
    """Runs dot for one picture, within one time limit for all its layouts.

    Args:
        cancelled: polled while dot works; True ends it.
        seconds: the time limit.
        clock: current time in seconds.
    """

    def __init__(
        self,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        seconds: float = PICTURE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cancelled = cancelled
        self._seconds = seconds
        self._clock = clock
        self._left = seconds

    def __call__(self, text: str) -> str:
        """Lay out a graph, as ``run_dot`` does, in the time that is left.

        Raises:
            LayoutError: as ``run_dot``; dot is not started once the time is over.
        """
        from resnet_viz.services.dot_runner import DotTimeoutError, run_dot, too_slow

        if self._left <= 0:
            raise too_slow(self._seconds)
        begun = self._clock()
        try:
            return run_dot(text, cancelled=self._cancelled, seconds=self._left)
        except DotTimeoutError:
            self._left = 0.0
            raise too_slow(self._seconds) from None
        finally:
            self._left -= self._clock() - begun
