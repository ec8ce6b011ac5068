"""Progress of a job: a notice with seconds and Cancel, and the picture dimmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from resnet_viz.gui.notices.bar import Notice, NoticeAction, NoticeBar
from resnet_viz.scene.canvas import Canvas
from resnet_viz.services.events import Opening

OPENING: Final = "loading"
DRAWING: Final = "drawing"
_PATIENCE_MS: Final = 250
"""Jobs quicker than this show no notice: a flash would only disturb."""
_TICK_MS: Final = 200


class JobProgress(QObject):
    """Shows the progress of a job that takes longer than a moment.

    Args:
        key: the notice's key: OPENING or DRAWING.
        notices: where it is shown.
        canvas: dimmed meanwhile.
        cancel: cancels the job.
        parent: the owner.
    """

    def __init__(
        self,
        key: str,
        notices: NoticeBar,
        canvas: Canvas,
        cancel: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._notices = notices
        self._canvas = canvas
        self._cancel = cancel
        self._subject: object = None
        self._sentence = ""
        self._clock = QElapsedTimer()
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._announce)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(lambda: self._notices.set_text(self._key, self._text()))

    def begin(self, subject: object, sentence: str) -> None:
        """Follow a job that has begun or, with the same subject, has reached its next stage."""
        if self._subject != subject:
            self._clock.start()
        self._subject, self._sentence = subject, sentence
        if not self._tick.isActive():
            self._patience.start()

    def end(self) -> None:
        """Remove the notice: the job has ended, one way or another."""
        self._subject = None
        self._patience.stop()
        if self._tick.isActive():
            self._tick.stop()
            self._notices.close_notice(self._key)
            self._canvas.set_dimmed(False)

    def _announce(self) -> None:
        self._canvas.set_dimmed(True)
        actions = (NoticeAction("Cancel", self._cancel),)
        self._notices.show_notice(
            Notice(self._text(), "info", key=self._key, actions=actions, closable=False)
        )
        self._tick.start()

    def _text(self) -> str:
        seconds = self._clock.elapsed() // 1000
        return f"{self._sentence}…" + (f" {seconds} s" if seconds else "")


def opening_sentence(opening: Opening) -> str:
    """Sentence for the stage that an opening has come to, without its end."""
    verbs = {"reading": "Opening", "building": "Building", "running": "Running"}
    return f"{verbs[opening.stage]} {opening.title}"
