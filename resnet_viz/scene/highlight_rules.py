"""Rules of highlighting: states of a picture's items by hover, selection and keyboard focus."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.paint.painter import ItemState

_LINES: Final = frozenset({"edge", "shortcut"})


class HighlightInput(msgspec.Struct, frozen=True):
    """Pointer, selection and keyboard focus in a picture.

    Attributes:
        hovered: id of the item under the pointer.
        selected: the selected targets.
        focused: id of the item that has the keyboard focus.
        matched: matches of the search.
        dimmed: ids of the items that are not on the paths that are shown.
    """

    hovered: str | None = None
    selected: tuple[Target, ...] = ()
    focused: str | None = None
    matched: tuple[Target, ...] = ()
    dimmed: frozenset[str] = frozenset()


class HighlightRules:
    """Computes the states of one display list's items."""

    def __init__(self, display_list: DisplayList) -> None:
        self._list = display_list
        self._lines_at: dict[str, list[str]] = {}
        for link in display_list.links:
            for end in {link.source, link.target}:
                self._lines_at.setdefault(end, []).append(link.item)

    def states(self, given: HighlightInput) -> dict[str, ItemState]:
        """The states of all items that are not plain."""
        hovered = self._hovered(given.hovered)
        related = self._related(given.hovered, hovered)
        selected: set[str] = set()
        for target in given.selected:
            selected.update(self._selected(target))
        focused = {given.focused or ""} & self._list.by_id.keys()
        matched = {item for target in given.matched for item in self._matched(target)}
        return {
            item_id: ItemState(
                hovered=item_id in hovered,
                selected=item_id in selected,
                focused=item_id in focused,
                related=item_id in related,
                multiple=len(given.selected) > 1,
                matched=item_id in matched,
                dimmed=item_id in given.dimmed,
            )
            for item_id in hovered | related | selected | focused | matched | given.dimmed
        }

    def _hovered(self, item_id: str | None) -> frozenset[str]:
        """The item, and the others of a closed block that it is a part of (card, dot, join)."""
        item = self._list.by_id.get(item_id or "")
        if item is None:
            return frozenset()
        if item.target is None or item.kind in _LINES:
            return frozenset({item.id})
        return frozenset(self._own(item.target))

    def _related(self, item_id: str | None, hovered: frozenset[str]) -> set[str]:
        """All edges of a tensor, a shortcut with all it skips, or a card's edges."""
        item = self._list.by_id.get(item_id or "")
        if item is None:
            return set()
        if item.kind in _LINES:
            return set(self._list.co_highlights.get(item.id, (item.id,))) & self._list.by_id.keys()
        return self._lines(hovered)

    def _selected(self, target: Target) -> set[str]:
        """The target's items, those highlighted with it, and the edges at its ends."""
        items = set(self._list.by_target.get(target, ()))
        return items if target.kind in _LINES else items | self._lines(self._own(target))

    def _matched(self, target: Target) -> list[str]:
        """Ids of a match's own items, else of those that show it as a part of theirs."""
        return self._own(target) or [
            item_id
            for item_id in self._list.by_target.get(target, ())
            if self._list.by_id[item_id].kind not in _LINES
        ]

    def _own(self, target: Target) -> list[str]:
        """Ids of the items that stand for a target themselves."""
        items = (self._list.by_id[item_id] for item_id in self._list.by_target.get(target, ()))
        return [item.id for item in items if item.target == target]

    def _lines(self, ends: frozenset[str] | list[str]) -> set[str]:
        """Ids of the edges and shortcuts that begin or end at these items."""
        return {line for end in ends for line in self._lines_at.get(end, ())}
