"""Looks of marks by their item's state: colours and line width, by the design board's rules."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from resnet_viz.drawing.display_list import NEAR, Box, Circle, Item, Mark, Path, Text, Token

Variant: TypeAlias = Literal["plain", "highlighted", "selected", "selected highlighted"]

HALO_WIDTH: Final = 5.0
HALO_OPACITY: Final = 0.28
BORDER: Final = 2.0
"""Width of a selected item's border, and the least of a highlighted line."""
HIGHLIGHT_WIDENING: Final = 0.5
"""Widening of a line under the pointer: one of 2 px must respond too."""
RING_GAP: Final = 2.0
MATCH_WIDTH: Final = 3.0
MATCH_DASH: Final = (7.0, 4.0)
"""Border of a match of the search, dashed: it differs from a selection not by its hue alone."""
DIMMED_OPACITY: Final = 0.35
MATCH_OPACITY: Final = 0.4
"""Opacity of the band under a line that is a match."""
STATE_MARGIN: Final = 8.0
"""Reach of a state's halo or ring beyond the item's bounds, at 100 %."""


class ItemState(NamedTuple):
    """Current state of an item.

    Attributes:
        hovered: the pointer is on it.
        selected: it stands for a selected target or is connected to one.
        focused: it has the keyboard focus.
        related: it is highlighted because a related item is hovered.
        multiple: more than one target is selected: no halo.
        matched: it is a match of the search.
        dimmed: it is not on the paths that are shown.
    """

    hovered: bool = False
    selected: bool = False
    focused: bool = False
    related: bool = False
    multiple: bool = False
    matched: bool = False
    dimmed: bool = False


PLAIN: Final = ItemState()


class Look(NamedTuple):
    """Colours and line width of a mark; "" draws nothing."""

    fill: Token
    stroke: Token
    width: float


def variant_of(state: ItemState) -> Variant:
    """The variant of looks for a state."""
    highlighted = state.hovered or state.related
    if state.selected:
        return "selected highlighted" if highlighted else "selected"
    return "highlighted" if highlighted else "plain"


def look(item: Item, mark: Mark, variant: Variant) -> Look:
    """The mark's look in a variant."""
    base = _base(mark)
    if variant == "plain" or mark.role == "plain":
        return base
    if mark.role == "stroke":
        return _line(mark, base, variant)
    return _body(item, mark, base, variant)


def _base(mark: Mark) -> Look:
    if isinstance(mark, Text):
        return Look("", mark.color, 0.0)
    return Look(mark.fill, mark.stroke, mark.width if mark.stroke else 0.0)


def _line(mark: Mark, base: Look, variant: Variant) -> Look:
    """A line: wider under the pointer, in accent colour with a selection."""
    widens = variant != "selected" and isinstance(mark, Path) and bool(base.stroke)
    width = max(base.width + HIGHLIGHT_WIDENING, BORDER) if widens else base.width
    if variant == "highlighted":
        return base._replace(width=width)
    # a filled circle with a border is the background of a sign or a port
    background = isinstance(mark, Circle) and bool(mark.stroke)
    fill = base.fill if background or not base.fill else "accent"
    return Look(fill, "accent" if base.stroke else "", width)


def _body(item: Item, mark: Mark, base: Look, variant: Variant) -> Look:
    """The background of a card: its border and fill."""
    if isinstance(mark, Text):
        return base
    far_only = not mark.lod & NEAR  # a plain rectangle in its stage's colour
    if variant == "highlighted":
        fill = base.fill if far_only or _keeps_fill(item, mark) or not base.fill else "hover"
        return Look(fill, "edge" if base.stroke or far_only else "", base.width or 1.0)
    if far_only:
        return Look("accent" if base.fill else "", "accent", base.width or 1.0)
    fill = base.fill if _keeps_fill(item, mark) or not base.fill else "accent-bg"
    return Look(fill, "accent" if base.stroke else "", BORDER if base.stroke else 0.0)


def _keeps_fill(item: Item, mark: Mark) -> bool:
    """True if the background keeps its colour.

    A frame's or panel's does: a whole tinted stage would drown its inside. So does a heat colour:
    the selection must not hide the number that it means.
    """
    heat = isinstance(mark, Box) and mark.fill.startswith("heat")
    return heat or (item.kind in {"frame", "panel"} and isinstance(mark, Box))


def has_halo(item: Item, mark: Mark) -> bool:
    """True if the mark gets the selection's halo and the focus ring."""
    if mark.role != "body":
        return False
    if isinstance(mark, Circle):  # the ⊕ of a closed block is only a part of it
        return item.target is not None and item.target.kind == "call"
    return isinstance(mark, Box)
