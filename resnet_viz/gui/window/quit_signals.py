"""Ctrl+C in the terminal and SIGTERM close the window and end the program."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer

from resnet_viz.interruption import ending_signals, report_signal


class QuitSignals:
    """Context in which signals that end programs quit the application's event loop.

    Python runs signal handlers only between its own instructions, so the event loop has to be woken
    when a signal comes. A program started with a signal ignored, as SIGINT is in the background of
    a script, ignores it.

    Args:
        application: the application whose loop is quit.
        quitting: called first, with the exit code.

    Attributes:
        exit_code: 128 + the number of the signal that has come; 0 if none has.
    """

    def __init__(self, application: QCoreApplication, quitting: Callable[[int], object]) -> None:
        self._application = application
        self._quitting = quitting
        self.exit_code = 0

    def __enter__(self) -> QuitSignals:
        self._previous = {number: signal.signal(number, self._quit) for number in ending_signals()}
        if os.name == "posix":
            self._read, self._write = os.pipe()
            os.set_blocking(self._write, False)
            self._wakeup = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
            self._notifier = QSocketNotifier(self._read, QSocketNotifier.Type.Read)
            self._notifier.activated.connect(lambda *_: os.read(self._read, 64))
        else:  # no pipes to wait for: wake up four times a second
            self._timer = QTimer(interval=250)
            self._timer.timeout.connect(lambda: None)
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        if os.name == "posix":
            self._notifier.setEnabled(False)
            signal.set_wakeup_fd(self._wakeup)
            os.close(self._read)
            os.close(self._write)
        else:
            self._timer.stop()

    def _quit(self, number: int, _frame: object) -> None:
        if not self.exit_code:
            self.exit_code = 128 + number
            report_signal(number)
            self._quitting(self.exit_code)
            self._application.quit()
