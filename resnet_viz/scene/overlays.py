"""What lies over the canvas's lower right corner: minimap and zoom control."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize

from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.scene.camera import MAX_ZOOM, MIN_ZOOM, Camera
from resnet_viz.scene.minimap import Minimap
from resnet_viz.scene.zoom_control import ZoomControl

_EDGE: Final = 24  # from the canvas's right and lower side
_GAP: Final = 12


class Overlays:
    """Places both and keeps them true."""

    def __init__(self, camera: Camera, minimap: Minimap, control: ZoomControl) -> None:
        self._camera = camera
        self._shown = False
        self.minimap: Final = minimap
        self.control: Final = control

    def set_theme(self, theme: Theme) -> None:
        """Repaint in other colours."""
        self.minimap.set_theme(theme)
        self.control.set_theme(theme)

    def show_picture(self, display_list: DisplayList | None) -> None:
        """Show another picture."""
        self.minimap.show_picture(display_list)
        self._shown = display_list is not None
        self.control.setVisible(self._shown)
        self.camera_moved()

    def show_selection(self, selected: tuple[Target, ...]) -> None:
        """Show what is selected."""
        self.minimap.show_selection(selected)

    def place(self, size: QSize) -> None:
        """Move to the corner of a canvas of ``size``."""
        right, bottom = size.width() - _EDGE, size.height() - _EDGE
        self.control.move(right - self.control.width(), bottom - self.control.height())
        above = self.control.y() - _GAP
        self.minimap.move(right - self.minimap.width(), above - self.minimap.height())
        self.camera_moved()

    def camera_moved(self) -> None:
        """Show the zoom and the part that is seen; the map only if that is not all."""
        zoom = self._camera.zoom
        self.control.show_zoom(zoom, can_shrink=zoom > MIN_ZOOM, can_grow=zoom < MAX_ZOOM)
        self.minimap.setVisible(self._shown and self._camera.sees_less_than_all)
        self.minimap.show_view(self._camera.visible())
