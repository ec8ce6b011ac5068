"""Numbers of a structure: parameters, MACs, other operations, receptive fields, and sums."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from msgspec.structs import replace

from resnet_viz.analysis.costs.macs import mac_terms
from resnet_viz.analysis.costs.memory.memory import memory_from_calls
from resnet_viz.analysis.costs.other_ops import other_op_terms
from resnet_viz.analysis.costs.parameters import LayerParameters, weights_by_rule
from resnet_viz.analysis.costs.stored_weights import stored_weights
from resnet_viz.analysis.costs.sums import Sums
from resnet_viz.analysis.costs.types import CallNumbers, GroupNumbers, Numbers, Totals
from resnet_viz.analysis.keras_ops.convolution_ops import as_layer
from resnet_viz.analysis.keras_ops.op_families import is_operation
from resnet_viz.analysis.keras_ops.sliding_window import size_formula
from resnet_viz.analysis.keras_ops.terms import Shapes, Term, input_shapes, total_of_steps
from resnet_viz.analysis.receptive_field.intervals import ReceptiveField
from resnet_viz.analysis.receptive_field.propagate import receptive_fields
from resnet_viz.analysis.structure.indexing.indexed_graph import (
    IndexedGraph,
    ends_positions,
    index_graph,
)
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.ops import SEPARABLE, WEIGHTED, op_kind
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.types import Graph, LayerCall, LayerWeights, is_join

_CONTAINERS: Final = frozenset(
    {"TimeDistributed", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"}
)
"""Keras's own layers in no family that hold other layers."""


class _CostRow(NamedTuple):
    """Amounts of a call, or their sums; for each, how many calls have an unknown amount."""

    parameters: int = 0
    trainable_parameters: int = 0
    non_trainable_parameters: int = 0
    unknown_parameters: int = 0
    unknown_split: int = 0
    macs: int = 0
    unknown_macs: int = 0
    other_ops: int = 0
    unknown_other_ops: int = 0
    output_elements: int = 0
    unknown_elements: int = 0

    @staticmethod
    def of_call(numbers: CallNumbers) -> _CostRow:
        return _CostRow(
            parameters=numbers.parameters or 0,
            trainable_parameters=numbers.trainable_parameters or 0,
            non_trainable_parameters=numbers.non_trainable_parameters or 0,
            unknown_parameters=numbers.parameters is None,
            unknown_split=numbers.trainable_parameters is None,
            macs=numbers.macs or 0,
            unknown_macs=numbers.macs is None,
            other_ops=numbers.other_ops or 0,
            unknown_other_ops=numbers.other_ops is None,
            output_elements=numbers.output_elements or 0,
            unknown_elements=numbers.output_elements is None,
        )

    def without_weights(self) -> _CostRow:
        return self._replace(
            parameters=0,
            trainable_parameters=0,
            non_trainable_parameters=0,
            unknown_parameters=0,
            unknown_split=0,
        )

    def numbers(self, last: CallNumbers | None = None) -> GroupNumbers:
        """The sums, with the receptive field of the tensor that leaves the group, if any."""
        return GroupNumbers(
            parameters=self.parameters,
            trainable_parameters=self.trainable_parameters,
            non_trainable_parameters=self.non_trainable_parameters,
            macs=self.macs,
            other_ops=self.other_ops,
            output_elements=self.output_elements,
            parameters_at_least=self.unknown_parameters > 0,
            split_at_least=self.unknown_split > 0,
            macs_at_least=self.unknown_macs > 0,
            other_ops_at_least=self.unknown_other_ops > 0,
            output_elements_at_least=self.unknown_elements > 0,
            receptive_field=None if last is None else last.receptive_field,
            jump=None if last is None else last.jump,
            field_start=None if last is None else last.field_start,
            is_global=last is not None and last.is_global,
        )


def numbers_of(structure: Structure) -> Numbers:
    """Compute the numbers of every call, group and shortcut, and the totals.

    A number that no rule covers, or that a missing size leaves open, is None in calls and makes
    sums lower bounds. The weights of a layer that is called several times count once in every sum.
    """
    graph = index_graph(structure.graph)
    calls = _call_numbers(graph, structure)
    row_of = once_for_equal(structure.graph, lambda call: _CostRow.of_call(calls[call.id]))
    rows = {call.id: row_of(call) for call in structure.graph.calls}
    sums = Sums(structure.graph, _CostRow, rows, _CostRow.without_weights)
    return Numbers(
        calls=calls,
        groups={
            group.id: sums.over(group.calls).numbers(calls[structure.exit_call(group.calls)])
            for group in structure.groups
        },
        shortcuts={each.id: sums.over(each.calls).numbers() for each in structure.shortcuts},
        totals=Totals(
            layers=len({call.layer for call in structure.graph.calls}),
            calls=len(graph.calls),
            edges=len(structure.graph.edges),
            joins=sum(map(is_join, graph.calls)),
            weighted_layers=_weighted_layers(graph, calls),
            numbers=sums.over(tuple(calls)).numbers(),
        ),
        memory=memory_from_calls(structure, calls, batch=1, dtype=None),
    )


def _call_numbers(graph: IndexedGraph, structure: Structure) -> dict[str, CallNumbers]:
    past = _calls_without_field(graph, structure)
    without_field = once_for_equal(structure.graph, partial(_without_field, graph.original))
    fields = receptive_fields(graph)
    for index, call in enumerate(structure.graph.calls):
        if call.id in past:
            fields[index] = replace(fields[index], state="none")
    return {
        call.id: _in_place(without_field(call), field)
        for call, field in zip(structure.graph.calls, fields, strict=True)
    }


def _calls_without_field(graph: IndexedGraph, structure: Structure) -> set[str]:
    """Calls of heads from the first global pooling or flatten on."""
    heads = [group.calls for group in structure.groups if group.kind == "head"]
    in_head = {call for calls in heads for call in calls}
    found: set[str] = set()
    for index, call in enumerate(graph.calls):
        follows = any(ref.call in found for ref in call.inputs)
        if call.id in in_head and (follows or ends_positions(graph, index)):
            found.add(call.id)
    return found


def _weights(
    call: LayerCall, shapes: Shapes, stored: LayerWeights | None
) -> LayerParameters | None:
    """Parameters of a call's layer; an operation's are the variables that it takes, if any."""
    if stored is not None and stored.shapes and is_operation(call):
        return stored_weights(call, stored)
    return weights_by_rule(call, shapes) or stored_weights(call, stored)


def _without_field(graph: Graph, call: LayerCall) -> CallNumbers:
    """The numbers that equal calls share."""
    shapes = input_shapes(graph, call)
    weights = _weights(call, shapes, graph.weights.get(call.layer))
    macs, other = mac_terms(call, shapes), other_op_terms(call, shapes)
    steps, ranks = graph.steps_of(call), graph.channels_first_ranks
    before = spatial(shapes[0], channels_first_ranks=ranks) if shapes else ()
    after = spatial(call.output_shape, channels_first_ranks=ranks)
    return CallNumbers(
        parameters=None if weights is None else weights.total,
        trainable_parameters=None if weights is None else weights.trainable,
        non_trainable_parameters=None if weights is None else weights.non_trainable,
        macs=None if macs is None else total_of_steps(macs, steps),
        other_ops=None if other is None else total_of_steps(other, steps),
        output_elements=_elements(call, steps),
        parameters_terms=() if weights is None else weights.terms,
        macs_terms=tuple(macs or ()),
        other_terms=tuple(other or ()),
        size_formula=size_formula(as_layer(graph, call), before, after),
        steps=steps,
        weights_from="rule" if weights is None else weights.source,
    )


def _in_place(numbers: CallNumbers, field: ReceptiveField) -> CallNumbers:
    """The numbers with the receptive field that the call has in its place."""
    return replace(
        numbers,
        receptive_field=field.pixels,
        jump=field.jump,
        field_start=field.start,
        is_global=field.is_global,
        is_field_unknown=field.state == "unknown",
    )


def _elements(call: LayerCall, steps: Term) -> int | None:
    """Values in all outputs of a call, for one sample."""
    if any(tensor.shape is None for tensor in call.outputs):
        return None
    return total_of_steps([(tensor.shape or ())[1:] for tensor in call.outputs], steps)


def _weighted_layers(graph: IndexedGraph, numbers: dict[str, CallNumbers]) -> int | None:
    """The largest number of weighted calls on any path; a separable convolution counts 2.

    None if the layers inside a call are unknown: of a closed custom layer with weights, say.
    """
    longest: list[int] = []
    depth_of = once_for_equal(graph.original, partial(_own_depth, graph, numbers))
    for index, call in enumerate(graph.original.calls):
        own = depth_of(call)
        if own is None:
            return None
        longest.append(own + max((longest[source] for source in graph.preds[index]), default=0))
    return max(longest, default=0)


def _own_depth(graph: IndexedGraph, numbers: dict[str, CallNumbers], call: LayerCall) -> int | None:
    index = graph.index_of[call.id]
    effective = graph.calls[index]
    if _hides_layers(effective, numbers[call.id]):
        return None
    return 2 if effective.keras_class in SEPARABLE else int(graph.kinds[index] in WEIGHTED)


def _hides_layers(call: LayerCall, numbers: CallNumbers) -> bool:
    """Return whether a call may hold weighted layers that are not known."""
    if numbers.parameters == 0 or op_kind(call) not in {"custom", "join"}:
        return False
    return call.keras_class in _CONTAINERS or not call.keras_class
