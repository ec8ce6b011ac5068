"""Colour key over the canvas, shown while the legend is out of view or too small to read."""

from __future__ import annotations

from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import NEAR, DisplayList, Rect
from resnet_viz.drawing.legend.type_key import TYPE_KEY
from resnet_viz.drawing.themes import Theme
from resnet_viz.layout.metrics import SCALE_HEIGHT
from resnet_viz.paint.painter import CompiledItem, compile_item
from resnet_viz.scene.item import to_qt
from resnet_viz.scene.lod import level_of
from resnet_viz.typing_compat import override

_LEGEND: Final = "legend"
_BORDER: Final = 1  # half of the line that is drawn on the key's edge, to whole pixels


class ColorKey(QWidget):
    """Overlay with a picture's ``color_key``; transparent to the pointer.

    Args:
        parent: the canvas.
        theme: its colours.
    """

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list: DisplayList | None = None
        self._compiled: CompiledItem | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Colour key")
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in other colours."""
        self._theme = theme
        self._compile()

    def show_picture(self, display_list: DisplayList | None) -> None:
        """Show another picture's key."""
        self._list = display_list
        self._compile()

    def is_needed(self, visible: QRectF, zoom: float) -> bool:
        """True if the picture has a key, and what the legend has of it can't be read in a view.

        Args:
            visible: the visible part of the scene.
            zoom: 1.0 is 100 %.
        """
        if self._list is None or self._list.color_key is None:
            return False
        legend = self._list.by_id.get(_LEGEND)
        if legend is None or level_of(zoom) != NEAR:
            return True
        bounds = legend.bounds
        if self._list.color_key.id != TYPE_KEY:  # the scale is at the top
            bounds = Rect(bounds.x, bounds.y, bounds.width, min(bounds.height, SCALE_HEIGHT))
        return not visible.contains(to_qt(bounds))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._compiled is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(_BORDER - 0.5, _BORDER - 0.5)
            self._compiled.paint(painter, NEAR)

    def _compile(self) -> None:
        key = self._list.color_key if self._list is not None else None
        self._compiled = None if key is None else compile_item(key, self._theme)
        if key is not None:
            self.setFixedSize(ceil(key.bounds.width) + _BORDER, ceil(key.bounds.height) + _BORDER)
            self.setAccessibleDescription(key.title)
        self.update()
