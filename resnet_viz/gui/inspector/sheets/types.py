"""A sheet of the inspector as frozen values: texts in order, and the targets of their links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from resnet_viz.analysis.structure.types import ShortcutKind
from resnet_viz.drawing.display_list import Target

Item = TypeVar("Item")


class SheetLink(msgspec.Struct, frozen=True):
    """A text, and the target that a click on it selects, if any."""

    text: str
    target: Target | None = None


class BranchStep(msgspec.Struct, frozen=True):
    """One line of a branch: an op, its output shape, its weights."""

    glyph: str
    title: str
    subtitle: str
    out: str
    weights: str
    target: Target | None = None


MOST_STEPS: Final = 200
"""Lines of one table: of a stage of a thousand blocks nobody reads more there."""


def truncated(items: Sequence[Item]) -> tuple[Sequence[Item], int]:
    """Split items into those that a table shows and the number of those it omits."""
    return items[:MOST_STEPS], max(0, len(items) - MOST_STEPS)


class Section(msgspec.Struct, frozen=True):
    """A titled table.

    Attributes:
        title: on the left; ``note`` on the right.
        shortcut_kind: of the shortcut whose line is shown behind the title; None for none.
        headed: True if the columns "out" and "weights" are named.
        steps: the lines.
        omitted: number of lines that are left out.
    """

    title: str
    steps: tuple[BranchStep, ...]
    note: str = ""
    shortcut_kind: ShortcutKind | None = None
    headed: bool = False
    omitted: int = 0

    @property
    def omitted_text(self) -> str:
        """Remark about the lines that are left out."""
        return f"and {self.omitted:,} more, listed in the outline"


class Fact(msgspec.Struct, frozen=True):
    """A named value; ``links`` are shown after the text, and can be clicked."""

    name: str
    text: str = ""
    links: tuple[SheetLink, ...] = ()


class Tile(msgspec.Struct, frozen=True):
    """A number in a box; ``key`` is that of the formula that it opens, "" for none.

    A wide one has a line for itself.
    """

    name: str
    value: str
    note: str = ""
    key: str = ""
    is_wide: bool = False


class Formula(msgspec.Struct, frozen=True):
    """Formula of a number: ``text`` = ``result``; the result is bold.

    ``key``: the number's name, by which tiles find the formula, and usually its convention's.
    ``remarks``: on this very number, shown with the convention.
    ``meaning``: name of the convention (``analysis.explain.conventions``) if it isn't the key.
    """

    name: str
    text: str
    result: str = ""
    key: str = ""
    remarks: str = ""
    meaning: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """Content of the inspector for one target.

    Attributes:
        title, badge: name and kind.
        swatch: colour token of the stage's square; "" for none.
        crumbs: the groups around it, outermost first.
        shapes: (in, out); None where there are none.
        sections, facts, tiles, formulas: in the order in which they are shown.
        facts_title: heading of the facts.
        facts_first: True if they stand before the sections, which are long.
        basis: dtype and batch size that the numbers hold for: "float32, batch 1".
        paths: of the model, numbers of paths by the residual branches that they take; () for a
            model without any, or with too many to tell apart.
        group: the group that "Open to layers" opens; None if there is nothing to open.
    """

    title: str
    badge: str = ""
    swatch: str = ""
    crumbs: tuple[SheetLink, ...] = ()
    shapes: tuple[str, str] | None = None
    sections: tuple[Section, ...] = ()
    facts: tuple[Fact, ...] = ()
    facts_title: str = "Configuration"
    facts_first: bool = False
    tiles: tuple[Tile, ...] = ()
    formulas: tuple[Formula, ...] = ()
    basis: str = ""
    paths: tuple[int, ...] = ()
    group: str | None = None

    def text(self) -> str:
        """The whole sheet as plain text."""
        lines = [f"{self.title} {self.badge}".strip(), " › ".join(c.text for c in self.crumbs)]
        if self.shapes is not None:
            lines.append(" → ".join(self.shapes))
        for section in self.sections:
            lines.append(f"{section.title} {section.note}".strip())
            lines += [_joined(s.title, s.subtitle, s.out, s.weights) for s in section.steps]
            lines += [section.omitted_text] if section.omitted else []
        for fact in self.facts:
            lines.append(_joined(fact.name, fact.text, *(each.text for each in fact.links)))
        lines += [_joined(tile.name, tile.value, tile.note) for tile in self.tiles]
        lines += [
            _joined(f.name, f"{f.text} = {f.result}" if f.result else f.text) for f in self.formulas
        ]
        return "\n".join(line for line in lines if line)


def _joined(*parts: str) -> str:
    return "  ".join(part for part in parts if part)
