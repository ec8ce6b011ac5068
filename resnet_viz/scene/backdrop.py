"""Background of the canvas with its dots, and the veil over a picture while another loads."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from resnet_viz.drawing.themes import Theme
from resnet_viz.scene.lod import NEAR_FROM

SPACING: Final = 20
"""Pixels between two dots at 100 %."""

_DOT: Final = 2.0
_VEIL: Final = 0.65  # leaves 35 % of what lies under it


class Backdrop:
    """Paints the canvas's background; the tile of dots is cached until zoom or theme change."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._tile = QPixmap()
        self._key: tuple[str, int, float] | None = None

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Fill ``exposed`` (scene coordinates); dots from 80 % on."""
        color = QBrush(QColor(self._theme["canvas"]))
        world = painter.worldTransform()
        zoom = world.m11()
        if round(zoom, 4) < NEAR_FROM:
            painter.fillRect(exposed, color)
            return
        device = painter.device()
        ratio = device.devicePixelRatioF() if device else 1.0
        side = round(SPACING * zoom)  # whole pixels, or the tiles would blur
        tile = self._dots(side, ratio)
        area = world.mapRect(exposed)
        origin = world.map(QPointF(0, 0))
        painter.save()
        painter.resetTransform()
        offset = area.topLeft() - origin + QPointF(side / 2, side / 2)
        painter.drawTiledPixmap(area, tile, QPointF(offset.x() % side, offset.y() % side))
        painter.restore()

    def veil(self, painter: QPainter, exposed: QRectF) -> None:
        """Fade ``exposed`` to 35 %."""
        color = QColor(self._theme["canvas"])
        color.setAlphaF(_VEIL)
        painter.fillRect(exposed, color)

    def _dots(self, side: int, ratio: float) -> QPixmap:
        key = (self._theme.name, side, ratio)
        if key != self._key:
            self._key = key
            self._tile = QPixmap(round(side * ratio), round(side * ratio))
            self._tile.setDevicePixelRatio(ratio)
            self._tile.fill(QColor(self._theme["canvas"]))
            painter = QPainter(self._tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(QColor(self._theme["dot"])))
            middle = side / 2
            painter.drawEllipse(QPointF(middle, middle), _DOT / 2, _DOT / 2)
            painter.end()
        return self._tile
