"""What a state does to a mark: its colours and line width, by the design board's rules."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from resnet_viz.drawing.display_list import NEAR, Box, Circle, Item, Mark, Path, Text, Token

Variant: TypeAlias = Literal["plain", "lit", "selected", "selected lit"]

HALO_WIDTH: Final = 5.0
HALO_OPACITY: Final = 0.28
BORDER: Final = 2.0
"""Width of a selected item's border, and the least of a lit line."""
LIT_BY: Final = 0.5
"""By how much the pointer widens a line: one that is 2 px wide must answer too."""
RING_GAP: Final = 2.0
STATE_MARGIN: Final = 8.0
"""How far a state's halo or ring reaches beyond the item's bounds, at 100 %."""
DIMMED: Final = 0.35
"""Opacity of a dimmed item."""


class ItemState(NamedTuple):
    """How an item is shown now.

    Attributes:
        hovered: the pointer is on it.
        selected: it stands for a selected target, or hangs together with one.
        focused: the keyboard is on it.
        dimmed: search or isolation has put it aside.
        lit: it lights up because something that belongs to it is hovered.
        many: more than one thing is selected: no halo.
    """

    hovered: bool = False
    selected: bool = False
    focused: bool = False
    dimmed: bool = False
    lit: bool = False
    many: bool = False


PLAIN: Final = ItemState()


class Look(NamedTuple):
    """Colours and line width of a mark; "" draws nothing."""

    fill: Token
    stroke: Token
    width: float


def variant_of(state: ItemState) -> Variant:
    """Which of the four looks the state asks for."""
    if state.selected:
        return "selected lit" if state.hovered or state.lit else "selected"
    return "lit" if state.hovered or state.lit else "plain"


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
    """A line that shows its item's state: wider under the pointer, accent with a selection."""
    lit = variant in {"lit", "selected lit"} and isinstance(mark, Path)
    width = max(base.width + LIT_BY, BORDER) if lit and base.stroke else base.width
    if variant == "lit":
        return base._replace(width=width)
    # A filled circle in the ground's colour is the paper of a sign or a port, not its ink.
    paper = isinstance(mark, Circle) and bool(mark.stroke)
    fill = base.fill if paper or not base.fill else "accent"
    return Look(fill, "accent" if base.stroke else "", width)


def _body(item: Item, mark: Mark, base: Look, variant: Variant) -> Look:
    """The ground of a card: its border and fill."""
    if isinstance(mark, Text):
        return base
    far_only = not mark.lod & NEAR  # a plain rectangle in its stage's colour
    if variant == "lit":
        fill = base.fill if far_only or _keeps_fill(item, mark) or not base.fill else "hover"
        return Look(fill, "edge" if base.stroke or far_only else "", base.width or 1.0)
    if far_only:
        return Look("accent" if base.fill else "", "accent", base.width or 1.0)
    fill = base.fill if _keeps_fill(item, mark) or not base.fill else "accent-bg"
    return Look(fill, "accent" if base.stroke else "", BORDER if base.stroke else 0.0)


def _keeps_fill(item: Item, mark: Mark) -> bool:
    """Whether the ground stays as it is.

    A frame's or panel's does: a whole tinted stage would drown its inside. So does a colour that
    means a number: the selection must not hide it.
    """
    heat = isinstance(mark, Box) and mark.fill.startswith("heat")
    return heat or (item.kind in {"frame", "panel"} and isinstance(mark, Box))


def has_halo(item: Item, mark: Mark) -> bool:
    """Whether the mark gets the selection's halo and the focus ring."""
    if mark.role != "body":
        return False
    if isinstance(mark, Circle):  # the ⊕ of a closed block is only a part of it
        return item.target is not None and item.target.kind == "call"
    return isinstance(mark, Box)
