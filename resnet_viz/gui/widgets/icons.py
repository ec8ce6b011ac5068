"""Lucide's icons in a theme's colours, as sharp as the screen needs them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resnet_viz.assets import read_bytes

_RATIOS = (1.0, 2.0, 3.0)
_cache: dict[tuple[str, str, int], QIcon] = {}


def pixmap(name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon ``name`` (Lucide's) in ``color`` (#rrggbb), ``size`` px at the screen's ratio."""
    svg = read_bytes(f"icons/{name}.svg").replace(b"currentColor", color.encode())
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(made.rect()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, color: str, size: int = 16) -> QIcon:
    """The icon ``name`` in one colour; made once."""
    key = (name, color, size)
    if key not in _cache:
        made = QIcon()
        for ratio in _RATIOS:
            made.addPixmap(pixmap(name, color, size, ratio))
        _cache[key] = made
    return _cache[key]
