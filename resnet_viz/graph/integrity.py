"""Integrity of a graph that another process has sent: what analysis relies on, beyond types."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.errors import quoted
from resnet_viz.graph.config_check import needs_inputs, wrong_setting
from resnet_viz.graph.types import Graph, LayerCall, TensorRef


def fault_of(graph: Graph) -> str | None:
    """The first fault in ``graph`` as a clause; None for a sound one.

    Calls have ids of their own and come in topological order, tensors and scopes exist, and the
    settings of Keras's layers have their types.
    """
    outputs: dict[str, int] = {}
    scopes = {""}
    for scope in graph.scopes:
        if scope.id in scopes or scope.parent not in scopes:
            return f"scope {quoted(scope.id)} is there twice or before what is around it"
        scopes.add(scope.id)
    for call in graph.calls:
        fault = _fault_of_call(call, outputs, scopes)
        if fault is not None:
            return f"call {quoted(call.id)} {fault}"
        outputs[call.id] = len(call.outputs)
    ends = [*graph.inputs, *graph.outputs]
    for scope in graph.scopes:
        ends += [*scope.inputs, *scope.outputs]
    if not graph.outputs or not _exist(ends, outputs):
        return "it has no outputs, or one that no call makes"
    return None


def _fault_of_call(call: LayerCall, outputs: dict[str, int], scopes: set[str]) -> str | None:
    if call.id in outputs or not call.outputs or call.scope not in scopes:
        return "is there twice, or has no output or scope"
    if not _exist(call.inputs, outputs):
        return "takes a tensor that is not made before it"
    if not call.inputs and needs_inputs(call.type, call.module):
        return "has no input"
    return wrong_setting(call.type, call.module, call.config)


def _exist(refs: Iterable[TensorRef], outputs: dict[str, int]) -> bool:
    return all(ref.output < outputs.get(ref.call, 0) for ref in refs)
