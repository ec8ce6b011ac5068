"""Assemble a ``Graph`` from records: flatten nested models, resolve references, sort calls."""

from __future__ import annotations

import heapq
from collections.abc import Collection

from msgspec.structs import replace

from resnet_viz.errors import quoted
from resnet_viz.graph.types import Graph, Scope, TensorRef
from resnet_viz.reading.config.records import ModelRecord, Origin
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.graph_builder.fill_shapes import RecordedTensors, fill_shapes
from resnet_viz.reading.graph_builder.flatten_submodels import (
    DraftCall,
    FlatModel,
    SubmodelCall,
    flatten_submodels,
    resolve_origin,
)


def assemble_graph(model: ModelRecord, *, of_user: Collection[str] = ()) -> Graph:
    """The graph of ``model``: calls in topological order, ties in the file's order.

    Args:
        model: as parsed.
        of_user: layers (``LayerCall.layer``) whose class is a user's, though called like Keras's.

    Raises:
        Unreadable: dangling references, cycles, contradictory tensors.
    """
    flat = flatten_submodels(model)
    for draft in flat.drafts if of_user else ():
        if draft.layer in of_user:
            draft.record = replace(draft.record, module=None, is_guessed=False)
    try:
        return _graph(model, flat)
    finally:
        for submodel in (flat.whole, *flat.scopes):
            submodel.members.clear()  # reference cycles would delay freeing the memory


def _graph(model: ModelRecord, flat: FlatModel) -> Graph:
    inputs = _refs(flat.whole, model.inputs, "input_layers")
    outputs = _refs(flat.whole, model.outputs, "output_layers")
    recorded = RecordedTensors()
    for draft in flat.drafts:
        draft.inputs = _inputs(draft, recorded)
    scopes = tuple(map(_scope, flat.scopes))
    recorded.count(*inputs, *outputs, *(ref for scope in scopes for ref in scope.outputs))
    recorded.check_count(len(flat.drafts))
    return Graph(
        name=model.name,
        calls=fill_shapes(_sorted(flat.drafts), recorded),
        inputs=inputs,
        outputs=outputs,
        scopes=scopes,
    )


def _refs(model: SubmodelCall, origins: tuple[Origin, ...], subject: str) -> tuple[TensorRef, ...]:
    resolved = (resolve_origin(model, origin, subject) for origin in origins)
    return tuple(TensorRef(draft.id, output) for draft, output in resolved)


def _inputs(draft: DraftCall, recorded: RecordedTensors) -> tuple[TensorRef, ...]:
    """Input tensors of ``draft``; the file's records of them are added to ``recorded``."""
    model, call, members = draft.origins_in, draft.call, draft.origins_in.members
    refs: list[TensorRef] = []
    for origin, tensor in zip(call.origins, call.recorded, strict=True):
        source, output = members.get(origin[:2]), origin[2]
        if not isinstance(source, DraftCall):
            source, output = resolve_origin(model, origin, f"layer {quoted(draft.id)}")
        ref = TensorRef(source.id, output)
        recorded.add(ref, tensor, model.depth, source)
        refs.append(ref)
    return tuple(refs)


def _scope(submodel: SubmodelCall) -> Scope:
    assert submodel.outer is not None
    return Scope(
        id=submodel.scope,
        layer=submodel.layer,
        call_index=submodel.call_index,
        type=submodel.record.kind,
        parent=submodel.outer.scope,
        inputs=_refs(submodel.outer, submodel.call.origins, f"layer {quoted(submodel.scope)}"),
        outputs=_refs(submodel, submodel.record.outputs, "output_layers"),
        is_layer=submodel.record.is_layer,
        is_per_step=submodel.record.is_per_step,
    )


def _sorted(drafts: list[DraftCall]) -> list[DraftCall]:
    """Topological order; ties in the file's order."""
    indices = {draft.id: index for index, draft in enumerate(drafts)}
    consumers: list[list[int]] = [[] for _ in drafts]
    waiting = [0] * len(drafts)
    for index, draft in enumerate(drafts):
        sources = {ref.call for ref in draft.inputs}
        waiting[index] = len(sources)
        for source in sources:
            consumers[indices[source]].append(index)
    ready = [index for index, count in enumerate(waiting) if count == 0]
    order: list[DraftCall] = []
    while ready:
        index = heapq.heappop(ready)
        order.append(drafts[index])
        for consumer in consumers[index]:
            waiting[consumer] -= 1
            if waiting[consumer] == 0:
                heapq.heappush(ready, consumer)
    if len(order) < len(drafts):
        raise Unreadable(f"its layers form a cycle through {quoted(_on_cycle(drafts, waiting))}")
    return order


def _on_cycle(drafts: list[DraftCall], waiting: list[int]) -> str:
    """A layer on a cycle, found by walking back among calls that never became ready."""
    stuck = {draft.id: draft for draft, count in zip(drafts, waiting, strict=True) if count}
    current = next(iter(stuck))
    seen: set[str] = set()
    while current not in seen:
        seen.add(current)
        current = next(ref.call for ref in stuck[current].inputs if ref.call in stuck)
    return stuck[current].layer
