"""Keyboard shortcuts of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from resnet_viz.scene.input.interaction import Interaction
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


class Keyboard:
    """Calls the action of a key."""

    def __init__(self, zooming: Zooming, interaction: Interaction) -> None:
        self._zooming, self._interaction = zooming, interaction
        key = Qt.Key
        self._plain: dict[int, Callable[[], None]] = {
            key.Key_F: zooming.fit,
            key.Key_0: zooming.actual_size,
            key.Key_Plus: zooming.zoom_in,
            key.Key_Equal: zooming.zoom_in,
            key.Key_Minus: zooming.zoom_out,
            key.Key_Return: interaction.toggle_selected,
            key.Key_Enter: interaction.toggle_selected,
            key.Key_Escape: interaction.escape,
            key.Key_PageDown: lambda: interaction.turn_page(0.9),
            key.Key_PageUp: lambda: interaction.turn_page(-0.9),
        }

    def press(self, event: QKeyEvent) -> bool:
        """Call the key's action; False if it has none here."""
        if event.modifiers() & _MODIFIERS:
            return False
        key = event.key()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._interaction.hold_space(down=True)
        elif key == Qt.Key.Key_F and shift:
            self._zooming.fit_selection()
        elif key in _ARROWS:
            self._interaction.walk(_ARROWS[key])
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
            self._interaction.hold_space(down=False)
        return True
