"""Keyboard shortcuts of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from resnet_viz.scene.walk import Direction

_ARROWS: Final[Mapping[int, Direction]] = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}
_MODIFIERS: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Zooming(Protocol):
    """The actions on the zoom that keys call."""

    def fit(self) -> None:
        """Show the whole picture."""

    def actual_size(self) -> None:
        """100 %."""

    def zoom_in(self) -> None:
        """The next larger zoom."""

    def zoom_out(self) -> None:
        """The next smaller zoom."""

    def fit_selection(self) -> None:
        """Show all that is selected."""


class Walking(Protocol):
    """The actions on the selection and the scrolling that keys call."""

    def walk(self, direction: Direction) -> None:
        """Go along an edge."""

    def toggle_selected(self) -> None:
        """Open or close the selected group."""

    def escape(self) -> None:
        """Close the selected group if it is open, else select nothing."""

    def turn_page(self, pages: float) -> None:
        """Scroll down by view heights."""

    def hold_space(self, *, down: bool) -> None:
        """Turn drags into pans while Space is held."""


class Keyboard:
    """Calls the action of a key."""

    def __init__(self, zooming: Zooming, walking: Walking) -> None:
        self._zooming, self._walking = zooming, walking
        key = Qt.Key
        self._plain: dict[int, Callable[[], None]] = {
            key.Key_F: zooming.fit,
            key.Key_0: zooming.actual_size,
            key.Key_Plus: zooming.zoom_in,
            key.Key_Equal: zooming.zoom_in,
            key.Key_Minus: zooming.zoom_out,
            key.Key_Return: walking.toggle_selected,
            key.Key_Enter: walking.toggle_selected,
            key.Key_Escape: walking.escape,
            key.Key_PageDown: lambda: walking.turn_page(0.9),
            key.Key_PageUp: lambda: walking.turn_page(-0.9),
        }

    def press(self, event: QKeyEvent) -> bool:
        """Call the key's action; False if it has none here."""
        if event.modifiers() & _MODIFIERS:
            return False
        key = event.key()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._walking.hold_space(down=True)
        elif key == Qt.Key.Key_F and shift:
            self._zooming.fit_selection()
        elif key in _ARROWS:
            self._walking.walk(_ARROWS[key])
        elif key in self._plain:
            self._plain[key]()
        else:
            return False
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Handle the release of Space; False for other keys."""
        if event.key() != Qt.Key.Key_Space:
            return False
        if not event.isAutoRepeat():
            self._walking.hold_space(down=False)
        return True
