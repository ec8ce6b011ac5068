"""Progress of opening a model: a notice with seconds and Cancel, and the picture dimmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from resnet_viz.gui.notices.bar import Notice, NoticeAction, NoticeBar
from resnet_viz.scene.canvas import Canvas
from resnet_viz.services.events import Opening

KEY: Final = "loading"
_PATIENCE_MS: Final = 250
"""Openings quicker than this show no notice: a flash would only disturb."""
_TICK_MS: Final = 200


class OpeningProgress(QObject):
    """Shows the progress of an opening that takes longer than a moment."""

    def __init__(
        self, notices: NoticeBar, canvas: Canvas, cancel: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._notices = notices
        self._canvas = canvas
        self._cancel = cancel
        self._opening: Opening | None = None
        self._clock = QElapsedTimer()
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._announce)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._say)

    def begin(self, opening: Opening) -> None:
        """Follow an opening that has begun or reached its next stage."""
        if self._opening is None or self._opening.source != opening.source:
            self._clock.start()
        self._opening = opening
        if not self._tick.isActive():
            self._patience.start()

    def end(self) -> None:
        """Remove the notice: the opening has ended, one way or another."""
        self._opening = None
        self._patience.stop()
        self._tick.stop()
        self._notices.close_notice(KEY)
        self._canvas.set_dimmed(False)

    def _announce(self) -> None:
        if self._opening is None:
            return
        self._canvas.set_dimmed(True)
        actions = (NoticeAction("Cancel", self._cancel),)
        self._notices.show_notice(
            Notice(self._text(), "info", key=KEY, actions=actions, closable=False)
        )
        self._tick.start()

    def _say(self) -> None:
        self._notices.set_text(KEY, self._text())

    def _text(self) -> str:
        if self._opening is None:
            return ""
        verb = {"reading": "Opening", "building": "Building", "running": "Running"}[
            self._opening.stage
        ]
        seconds = self._clock.elapsed() // 1000
        return f"{verb} {self._opening.title}…" + (f" {seconds} s" if seconds else "")
