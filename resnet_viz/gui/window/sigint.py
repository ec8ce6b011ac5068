"""Ctrl+C in the terminal (SIGINT) quits the application."""

from __future__ import annotations

import os
import signal

from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer


class SigintHandler:
    """Context in which SIGINT quits the application's event loop.

    Python runs signal handlers only between its own instructions, so the event loop has to be woken
    when the signal comes. A program started with SIGINT ignored, as in the background of a script,
    ignores it.

    Attributes:
        interrupted: True once the signal has come.
    """

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self.interrupted = False

    def __enter__(self) -> SigintHandler:
        self._previous = signal.getsignal(signal.SIGINT)
        if self._previous is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._interrupt)
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
        signal.signal(signal.SIGINT, self._previous)
        if os.name == "posix":
            self._notifier.setEnabled(False)
            signal.set_wakeup_fd(self._wakeup)
            os.close(self._read)
            os.close(self._write)
        else:
            self._timer.stop()

    def _interrupt(self, *_: object) -> None:
        self.interrupted = True
        self._application.quit()
