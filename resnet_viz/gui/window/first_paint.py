"""Signal after the first paint of a widget."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from resnet_viz.typing_compat import override


class FirstPaint(QObject):
    """Watches a widget until it has been painted for the first time.

    Signals:
        painted(): emitted once, in the turn of the event loop after that paint.
    """

    painted = Signal()

    def __init__(self, widget: QObject, *, when: Callable[[], bool] = lambda: True) -> None:
        """Watch ``widget``; paints while ``when()`` is False do not count."""
        super().__init__(widget)
        self._when = when
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The filter sees the event before the widget does: the signal waits for the next turn.
        if event.type() == QEvent.Type.Paint and self._when():
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False
