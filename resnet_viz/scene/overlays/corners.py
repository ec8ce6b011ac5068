"""What lies over the canvas's lower corners: key of the colours; minimap and zoom control."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize

from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.scene.camera import MAX_ZOOM, MIN_ZOOM, Camera
from resnet_viz.scene.overlays.color_key import ColorKey
from resnet_viz.scene.overlays.minimap import Minimap
from resnet_viz.scene.overlays.zoom_control import ZoomControl

_EDGE: Final = 24  # from the canvas's right and lower side
_GAP: Final = 12


class Overlays:
    """Places them and keeps them true."""

    def __init__(
        self, camera: Camera, minimap: Minimap, control: ZoomControl, key: ColorKey
    ) -> None:
        self._camera = camera
        self._shown = False
        self.minimap: Final = minimap
        self.control: Final = control
        self.key: Final = key
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
        """Show what is selected."""
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
        """Show the zoom and the part that is seen; the map only if that is not all.

        The key is there while the legend, which says the same, can't be read.
        """
        zoom = self._camera.zoom
        self.control.show_zoom(zoom, can_shrink=zoom > MIN_ZOOM, can_grow=zoom < MAX_ZOOM)
        self.minimap.setVisible(self._shown and self._camera.sees_less_than_all)
        visible = self._camera.visible()
        self.minimap.show_view(visible)
        self.key.setVisible(self.key.is_missed(visible, zoom))
        self._place_key()

    def _place_key(self) -> None:
        """To the lower left; above the minimap, or the zoom control, if there is no room beside."""
        key, bottom = self.key, self._size.height() - _EDGE
        neighbours = [each for each in (self.control, self.minimap) if not each.isHidden()]
        beside = [each for each in neighbours if each.x() < _EDGE + key.width() + _GAP]
        if beside:
            bottom = min(each.y() for each in beside) - _GAP
        left = max(0, min(_EDGE, (self._size.width() - key.width()) // 2))
        key.move(left, bottom - key.height())
