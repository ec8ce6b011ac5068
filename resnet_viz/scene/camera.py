"""Camera: zoom, scrolling and fitting of a view."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import exp, log
from typing import Final

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

MIN_ZOOM: Final = 0.05
MAX_ZOOM: Final = 8.0
STEPS: Final = (
    0.05, 0.1, 0.15, 0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0,
)  # fmt: skip
"""Zoom factors that + and - step through."""

DURATION: Final = 120
"""Milliseconds of the animations of fitting, opening and closing."""

_PAST_EDGE: Final = 0.75  # share of the view that one can scroll past the picture's edges
_FIT_PADDING: Final = 4.0  # pixels of the screen
_REVEAL_ROOM: Final = 24.0
_SPARE_MARGIN: Final = 14.0  # of the picture's own margin, which is meant for exports


def clamped(zoom: float) -> float:
    """The zoom within its limits."""
    return max(MIN_ZOOM, min(MAX_ZOOM, zoom))


def next_step(zoom: float) -> float:
    """The next larger zoom of ``STEPS``."""
    return STEPS[min(bisect_right(STEPS, zoom * 1.001), len(STEPS) - 1)]


def previous_step(zoom: float) -> float:
    """The next smaller zoom of ``STEPS``."""
    return STEPS[max(bisect_left(STEPS, zoom * 0.999) - 1, 0)]


def _least_move(low: float, high: float, view_low: float, view_high: float) -> float:
    """The least move of the visible interval to hold [low, high]; to ``low`` if that is longer."""
    if low < view_low or high - low > view_high - view_low:
        # An interval longer than the view counts as visible if it fills it.
        return 0.0 if low <= view_low and high >= view_high else low - view_low
    return max(0.0, high - view_high)


class Camera(QObject):
    """Moves a view over the picture's bounds.

    Scrolling goes somewhat past the edges at every zoom, so that the point under the pointer can
    keep still during a zoom.

    Signals:
        moved: the zoom or the visible part changed.
    """

    moved = Signal()

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        self._bounds = QRectF(0, 0, 1, 1)
        self._zoom = 1.0
        self._flight = QVariantAnimation(view)
        self._flight.setDuration(DURATION)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._from = self._to = (1.0, QPointF())

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self._zoom

    @property
    def bounds(self) -> QRectF:
        """The picture's extent."""
        return self._bounds

    @property
    def core(self) -> QRectF:
        """The picture with less margin around: what fitting shows."""
        by = _SPARE_MARGIN
        return self._bounds.adjusted(by, by, -by, -by)

    def set_bounds(self, bounds: QRectF) -> None:
        """Look at another picture; nothing moves yet."""
        self.stop()
        self._bounds = bounds
        self.update_reach()

    def update_reach(self) -> None:
        """Set the scrollable area, after the zoom or the view's size changed."""
        size = self._view.viewport().size()
        dx = _PAST_EDGE * size.width() / self._zoom
        dy = _PAST_EDGE * size.height() / self._zoom
        self._view.setSceneRect(self._bounds.adjusted(-dx, -dy, dx, dy))

    def to_view(self, point: QPointF) -> QPointF:
        """A point of the scene in pixels of the viewport, not rounded."""
        return self._view.viewportTransform().map(point)

    def to_scene(self, at: QPointF) -> QPointF:
        """A point of the viewport in the scene, not rounded."""
        inverted, _ = self._view.viewportTransform().inverted()
        return inverted.map(at)

    def middle(self) -> QPointF:
        """The middle of the viewport, in its pixels."""
        return QRectF(self._view.viewport().rect()).center()

    def visible(self) -> QRectF:
        """The visible part of the scene."""
        return QRectF(
            self.to_scene(QPointF(0, 0)),
            self.to_scene(QPointF(self._view.viewport().rect().bottomRight())),
        )

    @property
    def is_cropped(self) -> bool:
        """True if the picture is larger than the view at this zoom."""
        size = self._view.viewport().size()
        wide, high = self.core.width() * self._zoom, self.core.height() * self._zoom
        return wide > size.width() + 1 or high > size.height() + 1

    def place(self, point: QPointF, at: QPointF) -> None:
        """Scroll so that a point of the scene lies at ``at`` in the viewport (to a pixel)."""
        self.pan(at - self.to_view(point))

    def pan(self, by: QPointF) -> None:
        """Move the picture by pixels of the screen."""
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - round(by.x()))
        down.setValue(down.value() - round(by.y()))
        self.moved.emit()

    def bring_into_view(self, area: QRectF) -> bool:
        """Scroll as little as shows ``area`` with some room; False if it is visible already."""
        self.stop()
        visible = self.visible()
        room = min(_REVEAL_ROOM / self._zoom, visible.width() / 4, visible.height() / 4)
        wanted = area.adjusted(-room, -room, room, room)
        dx = _least_move(wanted.left(), wanted.right(), visible.left(), visible.right())
        dy = _least_move(wanted.top(), wanted.bottom(), visible.top(), visible.bottom())
        if not dx and not dy:
            return False
        self.pan(QPointF(-dx, -dy) * self._zoom)
        return True

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom around the point ``at`` of the viewport (default: its middle), which keeps still."""
        self.stop()
        at = self.middle() if at is None else at
        self._look(zoom, self.to_scene(at), at)

    def fit(self, area: QRectF, *, largest: float, animate: bool) -> None:
        """Show all of ``area``, at most at zoom ``largest``."""
        self.look_at(area.center(), self.fitting_zoom(area, largest=largest), animate=animate)

    def fitting_zoom(self, area: QRectF, *, largest: float) -> float:
        """The zoom at which all of ``area`` is visible, at most ``largest``."""
        size = self._view.viewport().size()
        wide = max(size.width() - 2 * _FIT_PADDING, 1.0) / max(area.width(), 1.0)
        high = max(size.height() - 2 * _FIT_PADDING, 1.0) / max(area.height(), 1.0)
        return clamped(min(wide, high, largest))

    def look_at(self, center: QPointF, zoom: float, *, animate: bool) -> None:
        """Bring a point of the scene to the middle, at a zoom."""
        self.stop()
        if not animate:
            self._look(zoom, center, self.middle())
            return
        self._from = (self._zoom, self.to_scene(self.middle()))
        self._to = (zoom, center)
        self._flight.setStartValue(0.0)
        self._flight.setEndValue(1.0)
        self._flight.start()

    def stop(self) -> None:
        """Stop an animated move where it is."""
        self._flight.stop()

    def _fly(self, share: float) -> None:
        (zoom0, center0), (zoom1, center1) = self._from, self._to
        if share >= 1.0:
            self._look(zoom1, center1, self.middle())
            return
        zoom = exp(log(zoom0) + (log(zoom1) - log(zoom0)) * share)
        self._look(zoom, center0 + (center1 - center0) * share, self.middle())

    def _look(self, zoom: float, point: QPointF, at: QPointF) -> None:
        zoom = clamped(zoom)
        if zoom != self._zoom:
            self._zoom = zoom
            self.update_reach()
            self._view.setTransform(QTransform.fromScale(zoom, zoom))
        self.place(point, at)
