"""A sheet of the inspector as frozen values: texts in order, and what a click on them selects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from resnet_viz.drawing.display_list import Target

Item = TypeVar("Item")


class SheetLink(msgspec.Struct, frozen=True):
    """A text that may lead somewhere."""

    text: str
    target: Target | None = None


class BranchStep(msgspec.Struct, frozen=True):
    """One line of a branch: an op, its output shape, its weights."""

    glyph: str
    title: str
    sub: str
    out: str
    weights: str
    target: Target | None = None


MOST_STEPS: Final = 200
"""Lines of one table; a stage of a thousand blocks has more than anyone reads there."""


def first_of(items: Sequence[Item]) -> tuple[Sequence[Item], int]:
    """As many of the items as a table shows, and how many it leaves out."""
    return items[:MOST_STEPS], max(0, len(items) - MOST_STEPS)


class Section(msgspec.Struct, frozen=True):
    """A titled table.

    Attributes:
        title: on the left; ``note`` on the right.
        line: kind of the shortcut whose line is shown behind the title; "" for none.
        headed: whether the columns "out" and "weights" are named.
        steps: the lines.
        more: how many lines were left out: more than anyone reads here.
    """

    title: str
    steps: tuple[BranchStep, ...]
    note: str = ""
    line: str = ""
    headed: bool = False
    more: int = 0

    @property
    def rest(self) -> str:
        """What is said of the lines that were left out."""
        return f"and {self.more:,} more, as the outline has them"


class Fact(msgspec.Struct, frozen=True):
    """A named value; ``links`` are shown after the text, and can be clicked."""

    name: str
    text: str = ""
    links: tuple[SheetLink, ...] = ()


class Tile(msgspec.Struct, frozen=True):
    """A number in a box; ``key``: of the formula that it opens to, "" for none."""

    name: str
    value: str
    note: str = ""
    key: str = ""


class Formula(msgspec.Struct, frozen=True):
    """How a number follows: ``text`` = ``result``; the result is bold.

    ``key``: name of the convention (``analysis.conventions``) that it opens to; "" for none.
    ``more``: what the opened row says of this very number.
    ``meaning``: the convention's name where it is another than the key, which tiles go by.
    """

    name: str
    text: str
    result: str = ""
    key: str = ""
    more: str = ""
    meaning: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """Everything that the inspector shows of one thing.

    Attributes:
        title, badge: name and kind.
        swatch: colour token of the stage's square; "" for none.
        crumbs: where the thing lies, outermost first.
        shapes: (in, out); None where there are none.
        sections, facts, tiles, formulas: in the order in which they are shown.
        facts_title: heading of the facts.
        computed: what the numbers hold for ("float32, batch 1").
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
    tiles: tuple[Tile, ...] = ()
    formulas: tuple[Formula, ...] = ()
    computed: str = ""
    group: str | None = None

    def text(self) -> str:
        """The whole sheet as plain text, for copying and for tests."""
        lines = [f"{self.title} {self.badge}".strip(), " › ".join(c.text for c in self.crumbs)]
        if self.shapes is not None:
            lines.append(" → ".join(self.shapes))
        for section in self.sections:
            lines.append(f"{section.title} {section.note}".strip())
            lines += [_joined(s.title, s.sub, s.out, s.weights) for s in section.steps]
            lines += [section.rest] if section.more else []
        for fact in self.facts:
            lines.append(_joined(fact.name, fact.text, *(each.text for each in fact.links)))
        lines += [_joined(tile.name, tile.value, tile.note) for tile in self.tiles]
        lines += [
            _joined(f.name, f"{f.text} = {f.result}" if f.result else f.text) for f in self.formulas
        ]
        return "\n".join(line for line in lines if line)


def _joined(*parts: str) -> str:
    return "  ".join(part for part in parts if part)
