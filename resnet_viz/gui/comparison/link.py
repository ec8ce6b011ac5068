"""Link between two canvases: what one is panned and zoomed to, the other follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QObject, QPointF

from resnet_viz.scene.canvas import Canvas


class CanvasLink(QObject):
    """Keeps two points at the same place of both views, and the ratio of the zooms.

    Attributes:
        is_on: whether the canvases follow each other.
    """

    def __init__(self, a: Canvas, b: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._a, self._b = a, b
        self._from_a = self._from_b = QPointF()
        self._ratio = 1.0
        self._is_held = False
        self.is_on = True
        a.view_moved.connect(partial(self._follow, a, b))
        b.view_moved.connect(partial(self._follow, b, a))

    def anchor(self) -> None:
        """Take what is in the middle of both views for the same place."""
        self._from_a, self._from_b = self._a.center, self._b.center
        self._ratio = self._a.zoom / self._b.zoom

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Context in which each canvas moves alone; where they are then is the same place."""
        was, self._is_held = self._is_held, True
        try:
            yield
        finally:
            self._is_held = was
            self.anchor()

    def _follow(self, lead: Canvas, other: Canvas) -> None:
        if self._is_held or not self.is_on or not (lead.isVisible() and other.isVisible()):
            return
        self._is_held = True
        try:
            if lead.is_fitted:
                if not other.is_fitted:
                    other.fit()
                self.anchor()
            elif lead is self._a:
                moved = (lead.center - self._from_a) * self._ratio
                other.look_at(self._from_b + moved, lead.zoom / self._ratio)
            else:
                moved = (lead.center - self._from_b) / self._ratio
                other.look_at(self._from_a + moved, lead.zoom * self._ratio)
        finally:
            self._is_held = False
