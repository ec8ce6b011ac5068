"""The operations' glyphs as pixmaps for lists: the same marks that the picture draws."""

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
    """The glyph of an op kind, ``size`` px at the screen's ratio; made once a theme."""
    key = (kind, theme.name, size, ratio)
    if key not in _cache:
        _cache[key] = _painted(kind if kind in OP_TOKENS else "custom", theme,
                               size, ratio)  # fmt: skip
    return _cache[key]


def _painted(kind: OpKind, theme: Theme, size: int, ratio: float) -> QPixmap:
    bounds = Rect(0, 0, _SIDE, _SIDE)
    item = Item("glyph", "legend", None, bounds, tuple(glyph(kind, 0, 0)))
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(made.width() / _SIDE, made.height() / _SIDE)
    compile_item(item, theme).paint(painter)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made
