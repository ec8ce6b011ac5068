"""All numbers of a structure: parameters, MACs, receptive fields, and their sums."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.analysis.costs.macs import mac_terms
from resnet_viz.analysis.costs.memory import memory_from
from resnet_viz.analysis.costs.other_ops import other_op_terms
from resnet_viz.analysis.costs.parameters import LayerParameters, weights_by_rule
from resnet_viz.analysis.costs.stored_weights import stored_weights
from resnet_viz.analysis.costs.sums import Row, Sums
from resnet_viz.analysis.costs.types import CallNumbers, GroupNumbers, Numbers, Totals
from resnet_viz.analysis.keras_ops.sliding_window import size_formula
from resnet_viz.analysis.keras_ops.terms import Shapes, total
from resnet_viz.analysis.receptive_field.intervals import ReceptiveField
from resnet_viz.analysis.receptive_field.propagate import receptive_fields
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph, index_graph
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.ops import SEPARABLE, WEIGHTED, op_kind
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.types import LayerCall, is_join


def numbers_of(structure: Structure) -> Numbers:
    """The numbers of every call, group and shortcut, and the totals.

    What no rule covers, or what a size is missing for, is None in calls and makes sums lower
    bounds. A layer that is called several times has its weights counted once in every sum.
    """
    flow = index_graph(structure.graph)
    calls = _call_numbers(flow, _in_head(structure))
    sums = _GroupCosts(structure, calls)
    return Numbers(
        calls=calls,
        groups={group.id: sums.of_group(group.calls) for group in structure.groups},
        shortcuts={one.id: sums.over(one.calls) for one in structure.shortcuts},
        totals=Totals(
            layers=len({call.layer for call in flow.calls}),
            calls=len(flow.calls),
            edges=len(structure.graph.edges),
            joins=sum(1 for call in flow.calls if is_join(call)),
            weighted_layers=_weighted_layers(flow),
            numbers=sums.over(tuple(calls)),
        ),
        memory=memory_from(structure, calls, batch=1, dtype=None),
    )


def _in_head(structure: Structure) -> frozenset[str]:
    heads = [group.calls for group in structure.groups if group.kind == "head"]
    return frozenset(call for calls in heads for call in calls)


def _call_numbers(flow: IndexedGraph, head: frozenset[str]) -> dict[str, CallNumbers]:
    found = {}
    for call, field in zip(flow.calls, receptive_fields(flow), strict=True):
        shapes = _shapes(flow, call)
        old = spatial(shapes[0], channels_first_ranks=flow.channels_first_ranks) if shapes else ()
        found[call.id] = _one(
            call,
            shapes,
            weights_by_rule(call, shapes)
            or stored_weights(call, flow.graph.weights.get(call.layer)),
            size_formula(
                call,
                old,
                spatial(call.output_shape, channels_first_ranks=flow.channels_first_ranks),
            ),
            msgspec.structs.replace(field, state="none") if call.id in head else field,
        )
    return found


def _shapes(flow: IndexedGraph, call: LayerCall) -> Shapes:
    """Shapes of the inputs; masks of attention are no inputs to count with."""
    if op_kind(call) != "attention":
        return flow.graph.input_shapes(call)
    tensors = [flow.graph.tensor(ref) for ref in call.inputs]
    return tuple(tensor.shape for tensor in tensors if tensor.dtype != "bool")


def _elements(call: LayerCall) -> int | None:
    """Values in all outputs of a call, for one sample."""
    if any(tensor.shape is None for tensor in call.outputs):
        return None
    return total([(tensor.shape or ())[1:] for tensor in call.outputs])


def _one(
    call: LayerCall,
    shapes: Shapes,
    weights: LayerParameters | None,
    size: str,
    field: ReceptiveField,
) -> CallNumbers:
    work, other = mac_terms(call, shapes), other_op_terms(call, shapes)
    return CallNumbers(
        parameters=None if weights is None else weights.whole,
        trainable_parameters=None if weights is None else weights.trainable,
        non_trainable_parameters=None if weights is None else weights.non_trainable,
        macs=None if work is None else total(work),
        other_ops=None if other is None else total(other),
        output_elements=_elements(call),
        parameters_terms=() if weights is None else weights.terms,
        macs_terms=tuple(work or ()),
        other_terms=tuple(other or ()),
        size_formula=size,
        receptive_field=field.pixels,
        jump=field.jump,
        field_start=field.start,
        is_global=field.is_global,
        is_field_unknown=field.state == "unknown",
        weights_from="rule" if weights is None else weights.source,
    )


class _GroupCosts:
    """Numbers of groups of one graph's calls."""

    def __init__(self, structure: Structure, calls: dict[str, CallNumbers]) -> None:
        self._structure = structure
        self._calls = calls
        self._sums = Sums(
            structure.graph,
            {name: _weights_row(one) for name, one in calls.items()},
            {name: _work_row(one) for name, one in calls.items()},
        )

    def over(self, ids: Sequence[str]) -> GroupNumbers:
        """The sums; a layer's weights once, however often it is called."""
        sums = self._sums.over(ids)
        own, trainable, fixed, no_own, no_split, *work = sums
        macs, no_macs, other, no_other, values, no_values = work
        return GroupNumbers(
            parameters=own,
            trainable_parameters=trainable,
            non_trainable_parameters=fixed,
            macs=macs,
            other_ops=other,
            output_elements=values,
            parameters_at_least=no_own > 0,
            split_at_least=no_split > 0,
            macs_at_least=no_macs > 0,
            other_ops_at_least=no_other > 0,
            output_elements_at_least=no_values > 0,
        )

    def of_group(self, ids: tuple[str, ...]) -> GroupNumbers:
        """The sums of a group, with the receptive field of the tensor that leaves it."""
        last = self._calls[self._structure.exit_call(ids)]
        return msgspec.structs.replace(
            self.over(ids),
            receptive_field=last.receptive_field,
            jump=last.jump,
            field_start=last.field_start,
            is_global=last.is_global,
        )


def _weights_row(one: CallNumbers) -> Row:
    """Each number, and 1 where it is not known."""
    return (
        one.parameters or 0,
        one.trainable_parameters or 0,
        one.non_trainable_parameters or 0,
        int(one.parameters is None),
        int(one.trainable_parameters is None),
    )


def _work_row(one: CallNumbers) -> Row:
    return (
        one.macs or 0,
        int(one.macs is None),
        one.other_ops or 0,
        int(one.other_ops is None),
        one.output_elements or 0,
        int(one.output_elements is None),
    )


def _weighted_layers(flow: IndexedGraph) -> int:
    """The largest number of weighted calls on any way; a separable convolution counts 2."""
    longest: list[int] = []
    for place, call in enumerate(flow.calls):
        own = 2 if call.type in SEPARABLE else int(flow.kinds[place] in WEIGHTED)
        longest.append(own + max((longest[source] for source in flow.preds[place]), default=0))
    return max(longest, default=0)
