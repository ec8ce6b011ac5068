"""Highlighting of a mirror's items by hover, selection, search and keyboard focus."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from resnet_viz.drawing.display_list import DisplayList, Item, Rect, Target
from resnet_viz.scene.highlight_rules import HighlightInput, HighlightRules
from resnet_viz.scene.mirror import Mirror
from resnet_viz.scene.transitions.anchoring import representative
from resnet_viz.scene.walk import Direction, Walk

_NOTHING: Final = DisplayList(bounds=Rect(0, 0, 0, 0), items=())


class Highlight:
    """Hover, selection and focus in the picture that a mirror shows."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._input = HighlightInput()
        self._rules = HighlightRules(_NOTHING)
        self._walk: Walk | None = None
        self._cursor: Target | None = None
        self._ring = False

    @property
    def selected(self) -> tuple[Target, ...]:
        """The selected targets, in the order of selecting."""
        return self._input.selected

    @property
    def cursor(self) -> Item | None:
        """The item that arrow keys start from."""
        shown = self._mirror.display_list
        if shown is None or self._cursor is None or not self._mirror.shows(self._cursor):
            return None
        return representative(shown, self._cursor)

    def picture_changed(self) -> None:
        """Drop from hover, selection and focus what the new picture does not show."""
        shown = self._mirror.display_list
        self._walk = None
        self._rules = HighlightRules(shown or _NOTHING)
        if self._cursor is not None and not self._mirror.shows(self._cursor):
            self._cursor = None
        kept = replace(self._input, hovered=None, dimmed=frozenset())  # ids of the last picture
        self._input = HighlightInput() if shown is None else kept
        self.select(tuple(target for target in self.selected if self._mirror.shows(target)))

    def hover(self, item: Item | None) -> bool:
        """Highlight the item under the pointer; False if nothing changed."""
        item_id = item.id if item else None
        if item_id == self._input.hovered:
            return False
        self._apply(replace(self._input, hovered=item_id))
        return True

    def select(self, targets: tuple[Target, ...]) -> None:
        """Highlight the targets as selected, and start arrow keys from the last one."""
        if targets and targets[-1] != self._cursor:
            self._cursor, self._ring = targets[-1], False
        self._apply(replace(self._input, selected=targets))

    def mark(self, targets: tuple[Target, ...]) -> None:
        """Highlight the targets as matches of a search."""
        if targets != self._input.matched:
            self._apply(replace(self._input, matched=targets))

    def dim(self, items: frozenset[str]) -> None:
        """Dim the items with these ids, and no others."""
        if items != self._input.dimmed:
            self._apply(replace(self._input, dimmed=items))

    def focus(self, *, shown: bool) -> None:
        """Show the keyboard's focus ring, or hide it."""
        self._ring = shown
        if shown and self.cursor is None:
            self._cursor = self._walker.start if self._walker else None
        self._apply(self._input)

    def step(self, direction: Direction) -> Target | None:
        """Move the focus as an arrow key does; the target that it came to, None if none."""
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

    def _apply(self, changed: HighlightInput) -> None:
        cursor = self.cursor
        focused = cursor.id if cursor and self._ring else None
        self._input = replace(changed, focused=focused)
        self._mirror.set_states(self._rules.states(self._input))
