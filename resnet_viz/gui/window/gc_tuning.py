"""Garbage collector and thread switch interval, tuned so that they never stall the window.

What documents and pictures are made of is freed by reference counts. A full collection only looks
through all of it in vain: 100 ms and more with a large model open, several times while one is laid
out. So it is done when the user looks elsewhere. And the worker gives up the interpreter every half
millisecond instead of every five: painting asks for it again and again.
"""

from __future__ import annotations

import gc
import sys
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

_YOUNG: Final = (2_000, 10, 1_000_000)
"""Thresholds: young objects are collected as ever, old ones never by themselves."""
_TURN_S: Final = 0.0005


class GcTuning(QObject):
    """Tunes Python from construction until ``stop``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._turn = sys.getswitchinterval()
        gc.set_threshold(*_YOUNG)
        gc.enable()
        gc.freeze()  # modules and what they hold stay until the end
        sys.setswitchinterval(_TURN_S)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._state_changed)

    def stop(self) -> None:
        """Restore the former thresholds and interval."""
        gc.set_threshold(*self._thresholds)
        gc.unfreeze()
        sys.setswitchinterval(self._turn)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            gc.collect()
