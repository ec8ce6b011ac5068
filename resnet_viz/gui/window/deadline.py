"""Deadline of quitting: the program ends soon after its window, whatever still runs."""

from __future__ import annotations

import threading
from typing import Final

from resnet_viz.interruption import end_now

QUIT_LIMIT_S: Final = 1.0


class Deadline:
    """Ends the process after a time limit, from a thread, since the window's may be busy."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def start(self, exit_code: int) -> None:
        """From now on the time is limited; the first call counts."""
        if self._timer is None:
            self._timer = threading.Timer(QUIT_LIMIT_S, end_now, (exit_code,))
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """All has ended in time."""
        if self._timer is not None:
            self._timer.cancel()
