"""Rows of the list of differences: groups of what differs alike, each with both ends."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.comparison.types import Comparison
from resnet_viz.drawing.comparison.looks import LOOKS
from resnet_viz.drawing.comparison.pictures import ComparedModels
from resnet_viz.drawing.display_list import Target
from resnet_viz.reports.comparison_json import comparison_values
from resnet_viz.reports.comparison_lines import consequence_line, difference_groups, signed_deltas


class DifferenceEnds(msgspec.Struct, frozen=True):
    """Both ends of a difference, as targets in a and in b; None where one has none."""

    a: Target | None
    b: Target | None


class DifferenceRow(msgspec.Struct, frozen=True):
    """One difference."""

    name: str
    numbers: str
    ends: DifferenceEnds


class DifferenceGroup(msgspec.Struct, frozen=True):
    """Differences of the same kind.

    Attributes:
        sign: of what has happened to them.
        text: what it is, "strides [1, 1] → [2, 2] in 6 calls".
        numbers: sums of the deltas.
        rows: the differences; none for consequences, which are not counted.
    """

    sign: str
    text: str
    numbers: str
    rows: tuple[DifferenceRow, ...]


def difference_list(models: ComparedModels) -> list[DifferenceGroup]:
    """All differences of a comparison: what failed, then those of shortcuts, then the others.

    What is missing in a model that could not be built to its end is no difference.
    """
    groups = _all_differences(models.comparison)
    failure = models.failure
    if failure is None:
        return groups
    row = DifferenceRow(failure.call, "", DifferenceEnds(None, Target("call", failure.call)))
    failed = DifferenceGroup(LOOKS["failed"].sign, failure.sentence, "", (row,))
    return [failed, *(group for group in groups if group.sign != LOOKS["removed"].sign)]


def _all_differences(comparison: Comparison) -> list[DifferenceGroup]:
    values = comparison_values(comparison)
    groups = _shortcut_groups(comparison)
    for line, rows in difference_groups(values):
        members = tuple(
            DifferenceRow(
                _name(row["a"], row["b"]),
                signed_deltas([row]),
                DifferenceEnds(_target(row["level"], row["a"]), _target(row["level"], row["b"])),
            )
            for row in rows
        )
        sign = next(look.sign for look in LOOKS.values() if look.word == line.change)
        groups.append(DifferenceGroup(sign, line.text, signed_deltas(rows), members))
    follows = consequence_line(values)
    return [*groups, DifferenceGroup("", follows, "", ())] if follows else groups


def _target(level: str, name: str | None) -> Target | None:
    if name is None:
        return None
    return Target("call" if level == "call" else "group", name)


def _name(a: str | None, b: str | None) -> str:
    return a or b or "" if a is None or b is None or a == b else f"{a} → {b}"


def _shortcut_groups(comparison: Comparison) -> list[DifferenceGroup]:
    changes = comparison.shortcuts
    found: dict[tuple[str, str], list[DifferenceRow]] = {}
    for shortcut in changes.removed:
        key = (LOOKS["removed"].sign, f"{_kind(shortcut)} shortcut")
        found.setdefault(key, []).append(_shortcut_row(shortcut, None))
    for shortcut in changes.added:
        key = (LOOKS["added"].sign, f"{_kind(shortcut)} shortcut")
        found.setdefault(key, []).append(_shortcut_row(None, shortcut))
    for pair in changes.changed:
        key = (LOOKS["changed"].sign, f"shortcut {_kind(pair.a)} → {_kind(pair.b)}")
        found.setdefault(key, []).append(_shortcut_row(pair.a, pair.b))
    return [
        DifferenceGroup(sign, f"{len(rows)} × {text}", "", tuple(rows))
        for (sign, text), rows in found.items()
    ]


def _kind(shortcut: Shortcut) -> str:
    return f"{'long ' * shortcut.long}{shortcut.kind}"


def _shortcut_row(a: Shortcut | None, b: Shortcut | None) -> DifferenceRow:
    ends = [None if each is None else Target("shortcut", each.id) for each in (a, b)]
    names = [None if each is None else each.block or each.join for each in (a, b)]
    return DifferenceRow(_name(*names), "", DifferenceEnds(*ends))
