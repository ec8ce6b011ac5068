"""Wiring of paired calls: which inputs, outputs and weights are the same ones in both models."""

from __future__ import annotations

from typing import Any

import msgspec

from resnet_viz.comparison.traits import CallTraits
from resnet_viz.graph.types import Graph, LayerCall, TensorRef


class WiringFinding(msgspec.Struct, frozen=True):
    """A difference in wiring.

    Attributes:
        values: what a and b have; None if there is no difference.
        is_consequence: True if it follows from calls that one of the models alone has.
    """

    values: tuple[Any, Any] | None = None
    is_consequence: bool = False


class Wiring:
    """Wiring of two graphs whose calls are paired.

    Attributes:
        partner: id in b by id in a.
    """

    def __init__(self, a: Graph, b: Graph, partner: dict[str, str]) -> None:
        self.partner = partner
        self._a, self._b = a, b
        self._back = {other: one for one, other in partner.items()}
        self._mates = _paired_uses(a, self.partner), _paired_uses(b, self._back)
        self._lone_outputs = (
            _positions(a, lone=set(a.by_id) - set(partner)),
            _positions(b, lone=set(b.by_id) - set(self._back)),
        )
        self._seen: tuple[dict[TensorRef, frozenset[TensorRef]], ...] = ({}, {})

    def inputs(self, one: LayerCall, other: LayerCall) -> WiringFinding:
        """Compare the tensors that enter two paired calls."""
        if len(one.inputs) != len(other.inputs):
            values = len(one.inputs), len(other.inputs)
            return WiringFinding(values, self._is_explained(one, other))
        mapped = [self._in_b(ref) for ref in one.inputs]
        if mapped == list(other.inputs):
            return WiringFinding()
        if one.keras_class in _UNORDERED and sorted(map(repr, mapped)) == sorted(
            map(repr, other.inputs)
        ):
            return WiringFinding()
        values_ = [ref.call for ref in one.inputs], [ref.call for ref in other.inputs]
        return WiringFinding(values_, self._is_explained(one, other))

    def _in_b(self, ref: TensorRef) -> TensorRef | None:
        partner = self.partner.get(ref.call)
        return None if partner is None else TensorRef(partner, ref.output)

    def _is_explained(self, one: LayerCall, other: LayerCall) -> bool:
        """True if the inputs agree once calls without a partner are passed through.

        Inputs that agree as they are explain nothing about the others.
        """
        left = [self._through(0, self._a, self.partner, ref) for ref in one.inputs]
        right = [self._through(1, self._b, self._back, ref) for ref in other.inputs]
        in_b = [frozenset(filter(None, map(self._in_b, refs))) for refs in left]
        direct_left = {ref for ref in map(self._in_b, one.inputs) if ref in other.inputs}
        rest_left = [
            refs
            for ref, refs in zip(one.inputs, in_b, strict=True)
            if self._in_b(ref) not in direct_left
        ]
        rest_right = [
            refs for ref, refs in zip(other.inputs, right, strict=True) if ref not in direct_left
        ]
        reach_right = frozenset().union(*right)
        reach_left = frozenset().union(*in_b)
        return (
            all(not refs or refs & reach_right for refs in rest_left)
            and all(not refs or refs & reach_left for refs in rest_right)
            and (self._has_lone(one, self.partner) or self._has_lone(other, self._back))
        )

    @staticmethod
    def _has_lone(call: LayerCall, partner: dict[str, str]) -> bool:
        return any(ref.call not in partner for ref in call.inputs)

    def _through(
        self, side: int, graph: Graph, partner: dict[str, str], ref: TensorRef
    ) -> frozenset[TensorRef]:
        """The tensors of paired calls that a tensor comes from, through calls without partner."""
        if ref.call in partner:
            return frozenset({ref})
        seen = self._seen[side]
        stack = [ref]
        while stack:
            call = graph.by_id[stack[-1].call]
            waiting = [r for r in call.inputs if r.call not in partner and r not in seen]
            if waiting:
                stack += waiting
                continue
            sources = (frozenset({r}) if r.call in partner else seen[r] for r in call.inputs)
            seen[stack.pop()] = frozenset().union(*sources)
        return seen[ref]

    def outputs(self, one: CallTraits, other: CallTraits) -> WiringFinding:
        """Compare the positions of two paired calls among the models' outputs."""
        left, right = set(one.output_positions), set(other.output_positions)
        if left == right:
            return WiringFinding()
        lone_a, lone_b = self._lone_outputs
        explained = all(position in lone_b for _, position in left - right) and all(
            position in lone_a for _, position in right - left
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


_UNORDERED = frozenset({"Add", "Multiply", "Average", "Maximum", "Minimum"})


def _positions(graph: Graph, lone: set[str]) -> set[int]:
    """Positions among a model's outputs that calls without a partner make."""
    return {position for position, ref in enumerate(graph.outputs) if ref.call in lone}


def _paired_uses(graph: Graph, partner: dict[str, str]) -> dict[str, set[str]]:
    """Calls of each layer that have a partner."""
    uses: dict[str, set[str]] = {}
    for call in graph.calls:
        if call.id in partner:
            uses.setdefault(call.layer, set()).add(call.id)
    return uses
