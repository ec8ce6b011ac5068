"""Partners in the other model: of calls, groups and shortcuts."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.comparison.types import Comparison


class Partners:
    """Looks up what in one model is the same as something in the other.

    Args:
        comparison: the comparison.
        mirrored: True to look from b to a.
    """

    def __init__(self, comparison: Comparison, *, mirrored: bool = False) -> None:
        pairs = ((pair.a, pair.b) for pair in comparison.pairs)
        self.calls = {b: a for a, b in pairs} if mirrored else dict(pairs)
        a, b = comparison.a.structure, comparison.b.structure
        self._own, self._other = (b, a) if mirrored else (a, b)

    @cached_property
    def groups(self) -> dict[str, str]:
        """For each group the one of its kind that holds most partners of its calls."""
        around = _groups_around(self._other)
        found: dict[str, str] = {}
        for group in self._own.groups:
            votes = Counter(
                other
                for call in group.calls
                for other in around.get(self.calls.get(call, ""), ())
                if self._other.by_id[other].kind == group.kind
            )
            if votes:
                best = max(votes.values())
                equal = [other for other, count in votes.items() if count == best]
                found[group.id] = min(equal, key=lambda each: len(self._other.by_id[each].calls))
        return found

    @cached_property
    def shortcuts(self) -> dict[str, str]:
        """Shortcuts around paired joins."""
        by_join = {shortcut.join: shortcut.id for shortcut in reversed(self._other.shortcuts)}
        joins = ((each.id, self.calls.get(each.join, "")) for each in self._own.shortcuts)
        return {name: by_join[join] for name, join in joins if join in by_join}


def _groups_around(structure: Structure) -> dict[str, list[str]]:
    around: dict[str, list[str]] = {}
    for group in structure.groups:
        for call in group.calls:
            around.setdefault(call, []).append(group.id)
    return around
