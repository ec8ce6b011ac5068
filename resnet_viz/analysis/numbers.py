"""All numbers of a structure: parameters, MACs, receptive fields, and their sums."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from resnet_viz.analysis.counting import Term, formula, total
from resnet_viz.analysis.fields import Field, fields_of
from resnet_viz.analysis.flow import Flow, flow_of
from resnet_viz.analysis.values import CallNumbers, GroupNumbers, Numbers, Structure, Totals
from resnet_viz.analysis.weights import Weights, weights_of
from resnet_viz.analysis.windows import size_formula
from resnet_viz.analysis.work import work_of
from resnet_viz.graph.ops import SEPARABLE, WEIGHTED
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.values import Graph, LayerCall, is_join

_NO_FIELD: Final = Field("none")


def numbers_of(structure: Structure) -> Numbers:
    """The numbers of every call, group and shortcut, and the totals.

    What no rule covers, or what a size is missing for, is None in calls and makes sums lower
    bounds. A layer that is called several times has its weights counted once in every sum.
    """
    flow = flow_of(structure.graph)
    calls = _call_numbers(flow, _in_head(structure))
    sums = _Sums(structure.graph, calls)
    whole = sums.over(call.id for call in structure.graph.calls)
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
            numbers=whole,
        ),
    )


def _in_head(structure: Structure) -> frozenset[str]:
    heads = [group.calls for group in structure.groups if group.kind == "head"]
    return frozenset(call for calls in heads for call in calls)


def _call_numbers(flow: Flow, head: frozenset[str]) -> dict[str, CallNumbers]:
    found = {}
    for call, field in zip(flow.calls, fields_of(flow), strict=True):
        shapes = flow.graph.input_shapes(call)
        weights, work = weights_of(call, shapes), work_of(call, shapes)
        old = spatial(shapes[0], first=flow.first) if shapes else ()
        found[call.id] = _one(
            weights,
            work,
            size_formula(call, old, spatial(call.output_shape, first=flow.first)),
            msgspec.structs.replace(field, state="none") if call.id in head else field,
            _elements(call),
        )
    return found


def _elements(call: LayerCall) -> int | None:
    """Values in all outputs of a call, for one sample."""
    if any(tensor.shape is None for tensor in call.outputs):
        return None
    return total([(tensor.shape or ())[1:] for tensor in call.outputs])


def _one(
    weights: Weights | None,
    work: list[Term] | None,
    size: str,
    field: Field,
    elements: int | None,
) -> CallNumbers:
    return CallNumbers(
        parameters=None if weights is None else weights.trainable + weights.non_trainable,
        trainable_parameters=None if weights is None else weights.trainable,
        non_trainable_parameters=None if weights is None else weights.non_trainable,
        macs=None if work is None else total(work),
        parameters_formula="" if weights is None else weights.formula,
        macs_formula="" if work is None else formula(work),
        size_formula=size,
        receptive_field=field.pixels,
        jump=field.jump if field.state == "known" else None,
        is_global=field.is_global,
        output_elements=elements,
    )


class _Sums:
    """Sums over calls of one graph."""

    def __init__(self, graph: Graph, calls: dict[str, CallNumbers]) -> None:
        self._graph = graph
        self._calls = calls
        self._outputs = {ref.call for ref in graph.outputs}

    def over(self, ids: Iterable[str]) -> GroupNumbers:
        """The sums; a layer's weights once, however often it is called."""
        layers: dict[str, CallNumbers] = {}
        macs = elements = 0
        macs_at_least = False
        for name in ids:
            numbers = self._calls[name]
            layers.setdefault(self._graph.by_id[name].layer, numbers)
            macs += numbers.macs or 0
            elements += numbers.output_elements or 0
            macs_at_least = macs_at_least or numbers.macs is None
        return GroupNumbers(
            parameters=sum(one.parameters or 0 for one in layers.values()),
            trainable_parameters=sum(one.trainable_parameters or 0 for one in layers.values()),
            non_trainable_parameters=sum(
                one.non_trainable_parameters or 0 for one in layers.values()
            ),
            macs=macs,
            parameters_at_least=any(one.parameters is None for one in layers.values()),
            macs_at_least=macs_at_least,
            output_elements=elements,
        )

    def of_group(self, ids: tuple[str, ...]) -> GroupNumbers:
        """The sums of a group, with the receptive field of the tensor that leaves it."""
        last = self._calls[self._leaving(ids)]
        return msgspec.structs.replace(
            self.over(ids), receptive_field=last.receptive_field, jump=last.jump
        )

    def _leaving(self, ids: tuple[str, ...]) -> str:
        inside = set(ids)
        for name in reversed(ids):
            after = self._graph.consumers[name]
            if name in self._outputs or any(one not in inside for one in after):
                return name
        return ids[-1]


def _weighted_layers(flow: Flow) -> int:
    """The largest number of weighted calls on any way; a separable convolution counts 2."""
    longest: list[int] = []
    for place, call in enumerate(flow.calls):
        own = 2 if call.type in SEPARABLE else int(flow.kinds[place] in WEIGHTED)
        longest.append(own + max((longest[source] for source in flow.preds[place]), default=0))
    return max(longest, default=0)
