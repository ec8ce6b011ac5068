"""Pixmaps of the glyphs of operations, drawn as in the picture."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from resnet_viz.drawing.display_list import Item, Rect
from resnet_viz.drawing.glyphs import OP_TOKENS, glyph
from resnet_viz.drawing.themes import Theme
from resnet_viz.graph.ops import OpKind
from resnet_viz.paint.painter import compile_item

_SIDE: Final = 16
_cache: dict[tuple[str, str, int, float], QPixmap] = {}


def op_pixmap(kind: str, theme: Theme, size: int, ratio: float = 1.0) -> QPixmap:
    """Glyph of an op kind, ``size`` px at the screen's ratio; cached for each theme."""
    key = (kind, theme.name, size, ratio)
    if key not in _cache:
        _cache[key] = _paint_glyph(kind if kind in OP_TOKENS else "custom", theme, size, ratio)
    return _cache[key]


def _paint_glyph(kind: OpKind, theme: Theme, size: int, ratio: float) -> QPixmap:
    bounds = Rect(0, 0, _SIDE, _SIDE)
    item = Item("glyph", "legend", None, bounds, tuple(glyph(kind, 0, 0)))
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(pixmap.width() / _SIDE, pixmap.height() / _SIDE)
    compile_item(item, theme).paint(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
