"""Records of a model to a ``Graph``: references resolved, nested models flat, calls sorted."""

from __future__ import annotations

import heapq

from resnet_viz.errors import quoted
from resnet_viz.graph.types import Graph, Scope, TensorRef
from resnet_viz.reading.config.records import ModelRecord, Origin
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.graph_builder.fill_shapes import Statements, finished
from resnet_viz.reading.graph_builder.flatten_submodels import (
    Draft,
    Expansion,
    ModelCall,
    expand,
    resolve,
)


def assemble(model: ModelRecord) -> Graph:
    """The graph of ``model``: calls in topological order, ties in the file's order.

    Raises:
        Unreadable: duplicate layers, references to nothing, cycles, contradictions.
    """
    expansion = expand(model)
    try:
        return _graph(model, expansion)
    finally:
        for inside in (expansion.whole, *expansion.scopes):
            inside.parts.clear()  # they hold each other: Python would keep them for long


def _graph(model: ModelRecord, expansion: Expansion) -> Graph:
    inputs = _refs(expansion.whole, model.inputs, "input_layers")
    outputs = _refs(expansion.whole, model.outputs, "output_layers")
    statements = Statements()
    for draft in expansion.drafts:
        draft.inputs = _inputs(draft, statements)
    scopes = tuple(map(_scope, expansion.scopes))
    statements.count(*inputs, *outputs, *(ref for scope in scopes for ref in scope.outputs))
    statements.check_count(len(expansion.drafts))
    return Graph(
        name=model.name,
        calls=finished(_sorted(expansion.drafts), statements),
        inputs=inputs,
        outputs=outputs,
        scopes=scopes,
    )


def _refs(inside: ModelCall, origins: tuple[Origin, ...], place: str) -> tuple[TensorRef, ...]:
    found = (resolve(inside, origin, place) for origin in origins)
    return tuple(TensorRef(draft.id, output) for draft, output in found)


def _inputs(draft: Draft, statements: Statements) -> tuple[TensorRef, ...]:
    """The tensors that ``draft`` takes; what the file says of them goes to ``statements``."""
    home, call, parts = draft.home, draft.call, draft.home.parts
    found: list[TensorRef] = []
    for origin, said in zip(call.origins, call.said, strict=True):
        source, output = parts.get(origin[:2]), origin[2]
        if not isinstance(source, Draft):
            source, output = resolve(home, origin, f"layer {quoted(draft.id)}")
        ref = TensorRef(source.id, output)
        statements.add(ref, said, home.depth, source)
        found.append(ref)
    return tuple(found)


def _scope(inside: ModelCall) -> Scope:
    assert inside.outer is not None
    place = f"layer {quoted(inside.scope)}"
    return Scope(
        id=inside.scope,
        layer=inside.layer,
        call_index=inside.call_index,
        type=inside.model.kind,
        parent=inside.outer.scope,
        inputs=_refs(inside.outer, inside.entering.origins, place),
        outputs=_refs(inside, inside.model.outputs, "output_layers"),
    )


def _sorted(drafts: list[Draft]) -> list[Draft]:
    """Topological order; among calls that are ready, the first in the file comes first."""
    position = {draft.id: index for index, draft in enumerate(drafts)}
    consumers: list[list[int]] = [[] for _ in drafts]
    waiting = [0] * len(drafts)
    for index, draft in enumerate(drafts):
        sources = {ref.call for ref in draft.inputs}
        waiting[index] = len(sources)
        for source in sources:
            consumers[position[source]].append(index)
    ready = [index for index, count in enumerate(waiting) if count == 0]
    order: list[Draft] = []
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


def _on_cycle(drafts: list[Draft], waiting: list[int]) -> str:
    """A layer on a cycle: walking back among calls that never became ready must come round."""
    stuck = {draft.id: draft for draft, count in zip(drafts, waiting, strict=True) if count}
    current = next(iter(stuck))
    seen: set[str] = set()
    while current not in seen:
        seen.add(current)
        current = next(ref.call for ref in stuck[current].inputs if ref.call in stuck)
    return stuck[current].layer
