"""The key of the colours over the canvas, while the legend that explains them is out of view."""

from __future__ import annotations

from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import NEAR, DisplayList, Rect
from resnet_viz.drawing.legend.heat_scale import SCALE_HEIGHT
from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.painter import CompiledItem, compile_item
from resnet_viz.scene.item import to_qt
from resnet_viz.scene.lod import level_of

_LEGEND: Final = "legend"
_BORDER: Final = 1  # half of the line that is drawn on the key's edge, to whole pixels


class ColorKey(QWidget):
    """Shows a picture's ``key``; the pointer goes through it to the canvas.

    Args:
        parent: the canvas.
        theme: its colours.
    """

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list: DisplayList | None = None
        self._made: CompiledItem | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Key of the colours")
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in other colours."""
        self._theme = theme
        self._make()

    def show_picture(self, display_list: DisplayList | None) -> None:
        """Show another picture's key."""
        self._list = display_list
        self._make()

    def is_missed(self, visible: QRectF, zoom: float) -> bool:
        """Whether the picture has a key, and its legend's scale can't be read in a view.

        Args:
            visible: the part of the scene that is seen.
            zoom: 1.0 is 100 %.
        """
        if self._list is None or self._list.color_key is None:
            return False
        legend = self._list.by_id.get(_LEGEND)
        if legend is None or level_of(zoom) != NEAR:
            return True
        whole = legend.bounds
        scale = Rect(whole.x, whole.y, whole.width, min(whole.height, SCALE_HEIGHT))
        return not visible.contains(to_qt(scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's."""
        del event
        if self._made is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(_BORDER - 0.5, _BORDER - 0.5)
            self._made.paint(painter, NEAR)

    def _make(self) -> None:
        key = self._list.color_key if self._list is not None else None
        self._made = None if key is None else compile_item(key, self._theme)
        if key is not None:
            self.setFixedSize(ceil(key.bounds.width) + _BORDER, ceil(key.bounds.height) + _BORDER)
            self.setAccessibleDescription(key.title)
        self.update()
