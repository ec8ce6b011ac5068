"""Overlays in the canvas's lower corners: colour key; minimap and zoom control."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.scene.camera import MAX_ZOOM, MIN_ZOOM, Camera
from resnet_viz.scene.overlays.color_key import ColorKey
from resnet_viz.scene.overlays.minimap import Minimap
from resnet_viz.scene.overlays.zoom_control import ZoomControl

_EDGE: Final = 24  # from the canvas's right and lower side
_GAP: Final = 12


class Overlays:
    """Makes the overlays of a canvas, moves them to its corners and keeps them up to date."""

    def __init__(self, canvas: QWidget, theme: Theme, camera: Camera) -> None:
        self._camera = camera
        self._shown = False
        self.minimap: Final = Minimap(canvas, theme)
        self.control: Final = ZoomControl(canvas, theme)
        self.key: Final = ColorKey(canvas, theme)
        self._size = QSize()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in other colours."""
        self.minimap.set_theme(theme)
        self.control.set_theme(theme)
        self.key.set_theme(theme)

    def show_picture(self, display_list: DisplayList | None) -> None:
        """Show another picture."""
        self.minimap.show_picture(display_list)
        self.key.show_picture(display_list)
        self._shown = display_list is not None
        self.control.setVisible(self._shown)
        self.camera_moved()

    def show_selection(self, selected: tuple[Target, ...]) -> None:
        """Show the selection."""
        self.minimap.show_selection(selected)

    def place(self, size: QSize) -> None:
        """Move to the corners of a canvas of ``size``."""
        self._size = size
        right, bottom = size.width() - _EDGE, size.height() - _EDGE
        self.control.move(right - self.control.width(), bottom - self.control.height())
        above = self.control.y() - _GAP
        self.minimap.move(right - self.minimap.width(), above - self.minimap.height())
        self.camera_moved()

    def camera_moved(self) -> None:
        """Show the zoom and the visible part; the minimap only if that is not all.

        The key is shown while the legend, which has the same scale, can't be read.
        """
        zoom = self._camera.zoom
        self.control.show_zoom(zoom, can_shrink=zoom > MIN_ZOOM, can_grow=zoom < MAX_ZOOM)
        self.minimap.setVisible(self._shown and self._camera.is_cropped)
        visible = self._camera.visible()
        self.minimap.show_view(visible)
        self.key.setVisible(self.key.is_needed(visible, zoom))
        self._place_key()

    def _place_key(self) -> None:
        """Move the key to the lower left; above its neighbours if there is no room beside them."""
        key, bottom = self.key, self._size.height() - _EDGE
        right = _EDGE + key.width() + _GAP
        neighbours = [w for w in (self.control, self.minimap) if not w.isHidden() and w.x() < right]
        if neighbours:
            bottom = min(widget.y() for widget in neighbours) - _GAP
        left = max(0, min(_EDGE, (self._size.width() - key.width()) // 2))
        key.move(left, bottom - key.height())
