"""Result of a comparison as frozen values."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, TypeAlias

import msgspec

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.document import Document

Change: TypeAlias = Literal["changed", "added", "removed", "moved"]
Level: TypeAlias = Literal["call", "unit", "block", "stage"]
Fields: TypeAlias = dict[str, tuple[Any, Any]]
"""Values in a and in b by the name of what differs; None where one has none."""


class CallPair(msgspec.Struct, frozen=True):
    """Two calls that are the same one in both models.

    Attributes:
        a, b: ids of the calls.
        fields: what differs in itself: settings, class, wiring.
        consequences: what differs only because something before it does: shapes, dtypes, inputs.
        is_moved: True if it stands at another point of its block.
    """

    a: str
    b: str
    fields: Fields = {}
    consequences: Fields = {}
    is_moved: bool = False


class Difference(msgspec.Struct, frozen=True):
    """One difference of a call, or of a whole group that only one of the models has.

    Attributes:
        change: "changed", "added" (b alone has it), "removed" (a alone has it) or "moved".
        level: the largest group that it covers whole.
        a, b: id of the call or group in each model; None where it has none.
        fields: what differs, for a pair.
        delta: b's number less a's, by name ("parameters", "macs", "memory", "receptive_field");
            None where one is unknown.
        calls: ids of the calls concerned, in b for "added", else in a.
    """

    change: Change
    level: Level
    a: str | None
    b: str | None
    fields: Fields
    delta: dict[str, int | None]
    calls: tuple[str, ...]


class ShortcutPair(msgspec.Struct, frozen=True):
    """A shortcut of each model around the same block, whose kinds or paths differ."""

    a: Shortcut
    b: Shortcut


class ShortcutChanges(msgspec.Struct, frozen=True):
    """Shortcuts that one model alone has, and those of another kind."""

    added: tuple[Shortcut, ...] = ()
    removed: tuple[Shortcut, ...] = ()
    changed: tuple[ShortcutPair, ...] = ()


class Counts(msgspec.Struct, frozen=True):
    """Numbers of calls: pairs, and among them the changed and the moved; calls without a partner.

    A call whose shapes or inputs follow from another difference is a consequence, not a change.
    """

    matched: int
    changed: int
    added: int
    removed: int
    moved: int
    consequences: int


class Comparison(msgspec.Struct, frozen=True, dict=True):
    """Differences between two analysed models.

    Attributes:
        a, b: the models.
        pairs: calls that are in both, in a's order.
        differences: changes, additions and removals in the order of the models; consequences are
            in ``pairs`` only.
        shortcuts: what happened to the shortcuts.
    """

    a: Document
    b: Document
    pairs: tuple[CallPair, ...]
    differences: tuple[Difference, ...]
    shortcuts: ShortcutChanges

    @cached_property
    def counts(self) -> Counts:
        """Numbers of calls by what happened to them."""
        pairs = self.pairs
        return Counts(
            matched=len(pairs),
            changed=sum(bool(pair.fields) for pair in pairs),
            added=len(self.b.graph.calls) - len(pairs),
            removed=len(self.a.graph.calls) - len(pairs),
            moved=sum(pair.is_moved for pair in pairs),
            consequences=sum(bool(pair.consequences) and not pair.fields for pair in pairs),
        )

    @property
    def equal(self) -> bool:
        """True for the same calls, settings (names and seeds aside), shapes and wiring."""
        counts = self.counts
        return not self.differences and counts.consequences == 0

    @property
    def is_unrelated(self) -> bool:
        """True if fewer than a tenth of the calls have a partner."""
        return len(self.pairs) * 10 < max(len(self.a.graph.calls), len(self.b.graph.calls))
