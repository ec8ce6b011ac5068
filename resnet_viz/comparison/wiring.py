"""Wiring of paired calls: which inputs, outputs and weights are the same ones in both models."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from resnet_viz.comparison.matching import CallMatching
from resnet_viz.comparison.traits import CallTraits
from resnet_viz.graph.types import Graph, LayerCall, TensorRef


class WiringFinding(msgspec.Struct, frozen=True):
    """A difference in wiring.

    Attributes:
        values: what a and b have; None if there is no difference.
        is_consequence: True if it follows from calls that were added, removed or moved.
    """

    values: tuple[Any, Any] | None = None
    is_consequence: bool = False


class Wiring:
    """Wiring of two graphs whose calls are paired.

    A call is in place if it has a partner and has not moved.

    Attributes:
        partner: id in b by id in a.
    """

    def __init__(self, a: Graph, b: Graph, matching: CallMatching) -> None:
        self.partner = partner = matching.pairs
        self._a, self._b = a, b
        self._mates = _uses(a, set(partner)), _uses(b, set(partner.values()))
        self._in_place_a = partner.keys() - matching.moved
        self._in_place_b = {partner[call] for call in self._in_place_a}
        self._passed_outputs = (
            _positions(a, set(a.by_id) - self._in_place_a),
            _positions(b, set(b.by_id) - self._in_place_b),
        )
        self._seen: tuple[dict[TensorRef, frozenset[TensorRef]], ...] = ({}, {})

    def inputs(self, one: CallTraits, other: CallTraits) -> WiringFinding:
        """Compare the tensors that enter two paired calls."""
        left, right = one.call.inputs, other.call.inputs
        if len(left) != len(right):
            return WiringFinding((len(left), len(right)), self._is_explained(left, right))
        mapped = [self._in_b(ref) for ref in left]
        if mapped == list(right) or (one.is_commutative and Counter(mapped) == Counter(right)):
            return WiringFinding()
        values = [ref.call for ref in left], [ref.call for ref in right]
        return WiringFinding(values, self._is_explained(left, right))

    def _in_b(self, ref: TensorRef) -> TensorRef | None:
        partner = self.partner.get(ref.call)
        return None if partner is None else TensorRef(partner, ref.output)

    def _is_explained(self, one: tuple[TensorRef, ...], other: tuple[TensorRef, ...]) -> bool:
        """True if the inputs agree once calls are passed through that are not in place.

        Inputs that agree as they are explain nothing about the others.
        """
        left = [self._through(0, self._a, self._in_place_a, ref) for ref in one]
        right = [self._through(1, self._b, self._in_place_b, ref) for ref in other]
        in_b = [frozenset(filter(None, map(self._in_b, refs))) for refs in left]
        direct = {ref for ref in map(self._in_b, one) if ref in other}
        rest_left = [
            refs for ref, refs in zip(one, in_b, strict=True) if self._in_b(ref) not in direct
        ]
        rest_right = [refs for ref, refs in zip(other, right, strict=True) if ref not in direct]
        reach_right = frozenset().union(*right)
        reach_left = frozenset().union(*in_b)
        return (
            all(not refs or refs & reach_right for refs in rest_left)
            and all(not refs or refs & reach_left for refs in rest_right)
            and not (
                self._in_place_a.issuperset(ref.call for ref in one)
                and self._in_place_b.issuperset(ref.call for ref in other)
            )
        )

    def _through(
        self, side: int, graph: Graph, in_place: set[str], ref: TensorRef
    ) -> frozenset[TensorRef]:
        """The tensors of calls in place that a tensor comes from, through all other calls."""
        if ref.call in in_place:
            return frozenset({ref})
        seen = self._seen[side]
        stack = [ref]
        while stack:
            call = graph.by_id[stack[-1].call]
            waiting = [r for r in call.inputs if r.call not in in_place and r not in seen]
            if waiting:
                stack += waiting
                continue
            sources = (frozenset({r}) if r.call in in_place else seen[r] for r in call.inputs)
            seen[stack.pop()] = frozenset().union(*sources)
        return seen[ref]

    def outputs(self, one: CallTraits, other: CallTraits) -> WiringFinding:
        """Compare the positions of two paired calls among the models' outputs."""
        left, right = set(one.output_positions), set(other.output_positions)
        if left == right:
            return WiringFinding()
        passed_a, passed_b = self._passed_outputs
        explained = all(position in passed_b for _, position in left - right) and all(
            position in passed_a for _, position in right - left
        )
        return WiringFinding((sorted(left), sorted(right)), explained)

    def sharing(self, one: LayerCall, other: LayerCall) -> tuple[bool, bool] | None:
        """Sharing of weights with an earlier call, in a and in b; None if the models agree."""
        if one.call_index == 0 and other.call_index == 0:
            return None
        left, right = self._mates[0][one.layer], self._mates[1][other.layer]
        if {self.partner[call] for call in left} == right:
            return None
        return one.call_index > 0, other.call_index > 0


def _positions(graph: Graph, calls: set[str]) -> set[int]:
    """Positions among a model's outputs that ``calls`` make."""
    return {position for position, ref in enumerate(graph.outputs) if ref.call in calls}


def _uses(graph: Graph, paired: set[str]) -> dict[str, set[str]]:
    """Calls of each layer that have a partner."""
    uses: dict[str, set[str]] = {}
    for call in graph.calls:
        if call.id in paired:
            uses.setdefault(call.layer, set()).add(call.id)
    return uses
