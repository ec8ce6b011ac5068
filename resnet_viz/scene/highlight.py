"""Keeps what is hovered, selected and focused, and lights the mirror's items accordingly."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from resnet_viz.drawing.display_list import DisplayList, Item, Rect, Target
from resnet_viz.scene.highlight_rules import Attention, Lights
from resnet_viz.scene.mirror import Mirror
from resnet_viz.scene.transitions.anchoring import representative
from resnet_viz.scene.walk import Direction, Walk

_NOTHING: Final = DisplayList(bounds=Rect(0, 0, 0, 0), items=())


class Highlight:
    """The reader's attention in the picture that a mirror shows."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._attention = Attention()
        self._lights = Lights(_NOTHING)
        self._walk: Walk | None = None
        self._cursor: Target | None = None
        self._ring = False

    @property
    def selected(self) -> tuple[Target, ...]:
        """What is selected, in the order of selecting."""
        return self._attention.selected

    @property
    def cursor(self) -> Item | None:
        """The item that arrow keys start from."""
        shown = self._mirror.display_list
        if shown is None or self._cursor is None or not self._mirror.shows(self._cursor):
            return None
        return representative(shown, self._cursor)

    def picture_changed(self) -> None:
        """Forget what the new picture does not show."""
        shown = self._mirror.display_list
        self._walk = None
        self._lights = Lights(shown or _NOTHING)
        if self._cursor is not None and not self._mirror.shows(self._cursor):
            self._cursor = None
        self._attention = Attention() if shown is None else replace(self._attention, hovered=None)
        self.select(tuple(target for target in self.selected if self._mirror.shows(target)))

    def hover(self, item: Item | None) -> bool:
        """Light the item under the pointer; False if nothing changed."""
        item_id = item.id if item else None
        if item_id == self._attention.hovered:
            return False
        self._apply(replace(self._attention, hovered=item_id))
        return True

    def select(self, targets: tuple[Target, ...]) -> None:
        """Light the targets as selected, and start arrow keys from the last one."""
        if targets and targets[-1] != self._cursor:
            self._cursor, self._ring = targets[-1], False
        self._apply(replace(self._attention, selected=targets))

    def focus(self, *, shown: bool) -> None:
        """Show the keyboard's focus ring, or hide it."""
        self._ring = shown
        if shown and self.cursor is None:
            self._cursor = self._walker.first if self._walker else None
        self._apply(self._attention)

    def step(self, direction: Direction) -> Target | None:
        """Where an arrow key leads; the focus moves there."""
        walker = self._walker
        target = walker.step(self._cursor, direction) if walker else None
        if target is not None:
            self._cursor, self._ring = target, True
        return target

    @property
    def _walker(self) -> Walk | None:
        if self._walk is None and self._mirror.display_list is not None:
            self._walk = Walk(self._mirror.display_list)
        return self._walk

    def _apply(self, attention: Attention) -> None:
        cursor = self.cursor
        focused = cursor.id if cursor and self._ring else None
        self._attention = replace(attention, focused=focused)
        self._mirror.set_states(self._lights.states(self._attention))
