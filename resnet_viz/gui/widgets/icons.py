"""Lucide's icons in a theme's colours, sharp on every screen."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resnet_viz.assets import read_bytes


@lru_cache(maxsize=256)
def icon_pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    """The icon ``name`` (Lucide's) in ``color`` (#rrggbb), ``size`` px at a screen's ratio."""
    svg = read_bytes(f"icons/{name}.svg").replace(b"currentColor", color.encode())
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, color: str, size: int = 16) -> QIcon:
    """The icon ``name`` in one colour, for all screens that there are."""
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()}
    return _icon(name, color, size, tuple(sorted(ratios)))


@lru_cache(maxsize=256)
def _icon(name: str, color: str, size: int, ratios: tuple[float, ...]) -> QIcon:
    icons = QIcon()
    for ratio in ratios:
        icons.addPixmap(icon_pixmap(name, color, size, ratio))
    return icons
