"""Status of each call, tensor and shortcut of a picture of a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

import msgspec

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.comparison.types import CallPair, Comparison, Fields
from resnet_viz.comparison.union import ComparisonUnion
from resnet_viz.graph.types import Graph, TensorRef

Status: TypeAlias = Literal["changed", "added", "removed", "moved", "failed"]
_LONE: Final[tuple[Status, ...]] = ("removed", "added")
Use: TypeAlias = tuple[TensorRef, str]
"""A tensor and a call that takes it."""


class Statuses(msgspec.Struct, frozen=True):
    """Statuses of all that differs in one drawn model; what is equal in both is left out.

    Attributes:
        calls: by id.
        uses: tensors that the other model's call does not take.
        shortcuts: by id.
        fields: what differs of the changed calls, values in a and in b.
        failure: lines beside the call that failed, if the model could not be built to its end.
    """

    calls: dict[str, Status]
    uses: dict[Use, Status]
    shortcuts: dict[str, Status]
    fields: dict[str, Fields]
    failure: tuple[str, ...] = ()

    def of_calls(self, calls: Iterable[str]) -> Status | None:
        """Status of several calls as one.

        Theirs if they share it, that of a failing call among them, "changed" if some have any.
        """
        found = {self.calls.get(call) for call in calls}
        if "failed" in found:
            return "failed"
        if len(found) == 1:
            return found.pop()
        return "changed" if found - {None} else None

    def of_use(self, tensor: TensorRef, call: str) -> Status | None:
        """Status of a tensor that a call takes: that of the lone one among its ends, if any."""
        ends = (self.uses.get((tensor, call)), self.calls.get(tensor.call), self.calls.get(call))
        return next((status for status in ("failed", *_LONE) if status in ends), None)


NO_STATUSES: Final = Statuses({}, {}, {}, {})
"""Statuses of a model that is compared with nothing."""


def statuses_of_a(comparison: Comparison) -> Statuses:
    """Statuses in the model before: removed, changed and moved."""
    return _one_sided(comparison, "removed")


def statuses_of_b(comparison: Comparison) -> Statuses:
    """Statuses in the model after: added, changed and moved."""
    return _one_sided(comparison, "added")


def _one_sided(comparison: Comparison, lone: Literal["added", "removed"]) -> Statuses:
    is_a = lone == "removed"
    own, other = comparison.a.graph, comparison.b.graph
    if not is_a:
        own, other = other, own
    partner = {p.a: p.b for p in comparison.pairs} if is_a else {p.b: p.a for p in comparison.pairs}
    calls: dict[str, Status] = {}
    fields: dict[str, Fields] = {}
    uses: dict[Use, Status] = {}
    for pair in comparison.pairs:
        name = pair.a if is_a else pair.b
        status = _status(pair)
        if status is not None:
            calls[name], fields[name] = status, pair.fields
        if "inputs" in pair.fields:
            uses.update(dict.fromkeys(_uses_apart(own, other, name, partner), lone))
    calls.update({call.id: lone for call in own.calls if call.id not in partner})
    changes = comparison.shortcuts
    shortcuts: dict[str, Status] = {
        shortcut.id: lone for shortcut in (changes.removed if is_a else changes.added)
    }
    for both in changes.changed:
        shortcuts[(both.a if is_a else both.b).id] = "changed"
    return Statuses(calls, uses, shortcuts, fields)


def _status(pair: CallPair) -> Status | None:
    if pair.fields:
        return "changed"
    return "moved" if pair.is_moved else None


def _uses_apart(own: Graph, other: Graph, name: str, partner: dict[str, str]) -> list[Use]:
    """Inputs of a call that its partner has not."""
    theirs = set(other.by_id[partner[name]].inputs)
    return [
        (ref, name)
        for ref in own.by_id[name].inputs
        if ref.call not in partner or TensorRef(partner[ref.call], ref.output) not in theirs
    ]


def statuses_of_union(comparison: Comparison, union: ComparisonUnion) -> Statuses:
    """Statuses in the union of both models."""
    fields = {union.from_b[p.b]: p.fields for p in comparison.pairs if p.fields}
    calls: dict[str, Status] = dict.fromkeys(fields, "changed")
    in_a, in_b = set(union.from_a.values()), set(union.from_b.values())
    calls.update(dict.fromkeys(in_b - in_a, "added"))
    calls.update(dict.fromkeys(in_a - in_b, "removed"))
    calls.update(dict.fromkeys(union.apart, "moved"))
    uses = _union_uses(comparison, union)
    shortcuts = {
        shortcut.id: status
        for shortcut in union.document.structure.shortcuts
        if (status := _shortcut_status(shortcut, calls, uses)) is not None
    }
    return Statuses(calls, uses, shortcuts, fields)


def _union_uses(comparison: Comparison, union: ComparisonUnion) -> dict[Use, Status]:
    """Tensors between calls of both models that only one of them has."""
    in_a = _uses_in(comparison.a.graph, union.from_a)
    in_b = _uses_in(comparison.b.graph, union.from_b)
    both = set(union.from_a.values()) & set(union.from_b.values())
    uses: dict[Use, Status] = {}
    for name, meeting in union.meetings.items():
        uses[meeting.a, name] = "removed"
        uses[meeting.b, name] = "added"
    for edge in union.document.graph.edges:
        use = (edge.source, edge.target)
        if edge.source.call in both and edge.target in both and not (use in in_a and use in in_b):
            uses[use] = "removed" if use in in_a else "added"
    return uses


def _uses_in(graph: Graph, names: dict[str, str]) -> set[Use]:
    return {
        (TensorRef(names[edge.source.call], edge.source.output), names[edge.target])
        for edge in graph.edges
    }


def _shortcut_status(
    shortcut: Shortcut, calls: dict[str, Status], uses: dict[Use, Status]
) -> Status | None:
    """Status of a shortcut in the union: that of its join, of a call on its way, or of its end."""
    on_way = [calls.get(name) for name in shortcut.calls]
    steps = [calls.get(shortcut.join), *on_way, uses.get((shortcut.arrival, shortcut.join))]
    lone = next((status for status in _LONE if status in steps), None)
    return lone or ("changed" if "changed" in on_way else None)
