"""Ends of a selection in each picture of a comparison."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.comparison.partners import Partners
from resnet_viz.drawing.comparison.pictures import ComparedModels
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.comparison.rows import DifferenceEnds
from resnet_viz.services.comparison_pictures import Side, side_document


class EndFinder:
    """Finds what is the same in the other picture, and what stands for it in the union."""

    def __init__(self, models: ComparedModels) -> None:
        comparison = models.comparison
        self._models = models
        self._to_b = Partners(comparison)
        self._to_a = Partners(comparison, mirrored=True)

    def ends_of(self, side: Side, targets: Iterable[Target]) -> tuple[DifferenceEnds, ...]:
        """Both ends of what is selected in a picture; None for tensors, and where there is none."""
        if side == "a":
            return tuple(DifferenceEnds(each, _partner(self._to_b, each)) for each in targets)
        if side == "b":
            return tuple(DifferenceEnds(_partner(self._to_a, each), each) for each in targets)
        return ()

    def partner_group(self, side: Side, group: str) -> str | None:
        """The group of the other model that is the same one."""
        return (self._to_b if side == "a" else self._to_a).groups.get(group)

    def near(self, side: Side, ends: DifferenceEnds) -> DifferenceEnds:
        """The last call before a one-sided difference that both models have."""
        own: Side = "a" if side == "b" else "b"
        target = ends.a if own == "a" else ends.b
        if target is None or side == "union":
            return DifferenceEnds(None, None)
        partners = self._to_b if own == "a" else self._to_a
        structure = side_document(self._models, own).document.structure
        waiting = [_first_call(structure, target)]
        seen = set(waiting)
        for call in waiting:
            if call in partners.calls:
                found = Target("call", partners.calls[call])
                return DifferenceEnds(None, found) if side == "b" else DifferenceEnds(found, None)
            before = [ref.call for ref in structure.graph.by_id[call].inputs]
            waiting += [each for each in dict.fromkeys(before) if each not in seen]
            seen.update(before)
        return DifferenceEnds(None, None)

    def targets(self, side: Side, ends: Iterable[DifferenceEnds]) -> tuple[Target, ...]:
        """Targets that stand for ends in a picture."""
        if side == "a":
            return tuple(each.a for each in ends if each.a is not None)
        if side == "b":
            return tuple(each.b for each in ends if each.b is not None)
        return tuple(dict.fromkeys(t for each in ends for t in self._in_union(each)))

    def _in_union(self, ends: DifferenceEnds) -> list[Target]:
        union = self._models.union
        if union is None:
            return []
        side: Side = "a" if ends.b is None else "b"
        target = ends.a if ends.b is None else ends.b
        names = union.from_a if ends.b is None else union.from_b
        if target is None:
            return []
        structure = side_document(self._models, side).document.structure
        if target.kind == "call":
            return [Target("call", names[target.id])]
        if target.kind == "group":
            return [Target("call", names[call]) for call in structure.by_id[target.id].calls]
        join = names[structure.shortcuts_by_id[target.id].join]
        drawn = union.document.structure.shortcuts
        return [Target("shortcut", each.id) for each in drawn if each.join == join]


def _first_call(structure: Structure, target: Target) -> str:
    if target.kind == "group":
        return structure.by_id[target.id].calls[0]
    return structure.shortcuts_by_id[target.id].entry if target.kind == "shortcut" else target.id


def _partner(partners: Partners, target: Target) -> Target | None:
    known = {"call": partners.calls, "group": partners.groups, "shortcut": partners.shortcuts}
    name = known[target.kind].get(target.id) if target.kind in known else None
    return None if name is None else Target(target.kind, name)
