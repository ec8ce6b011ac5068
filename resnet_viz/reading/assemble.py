"""Records of a functional model to a ``Graph``: references resolved, calls sorted, shapes known."""

from __future__ import annotations

import heapq
from typing import Any

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.values import Graph, LayerCall, Tensor, TensorRef
from resnet_viz.reading.failure import Unreadable
from resnet_viz.reading.infer import infer
from resnet_viz.reading.nodes import Origin, origin_of, split
from resnet_viz.reading.records import LayerRecord, ModelRecord
from resnet_viz.reading.sizes import check_sizes


class _Draft(msgspec.Struct):
    """A call before its inputs have names and its outputs shapes."""

    id: str
    record: LayerRecord
    call_index: int
    origins: list[Origin]
    arguments: dict[str, Any]
    inputs: tuple[TensorRef, ...] = ()


class _Recorded(msgspec.Struct):
    """What consumers say about tensors: shape and dtype, and how many outputs a call has."""

    tensors: dict[TensorRef, Tensor] = {}
    outputs: dict[str, int] = {}


def assemble(model: ModelRecord) -> Graph:
    """The graph of ``model``: calls in topological order, ties in the file's order.

    Raises:
        Unreadable: duplicate layers, references to nothing, cycles, contradictions.
    """
    records = _by_name(model.layers)
    said: list[tuple[Origin, Tensor, str]] = []
    drafts = _drafts(model.layers, said)
    calls = {(draft.record.name, draft.call_index): draft for draft in drafts}
    inputs = _borders(model.input_layers, "input_layers", records, calls)
    outputs = _borders(model.output_layers, "output_layers", records, calls)
    recorded = _Recorded()
    _record(said, calls, recorded)
    for ref in (*inputs, *outputs):
        recorded.outputs[ref.call] = max(recorded.outputs.get(ref.call, 1), ref.output + 1)
    for draft in drafts:
        draft.inputs = tuple(
            TensorRef(calls[layer, call].id, output) for layer, call, output in draft.origins
        )
    return Graph(
        name=model.name,
        calls=_finished(_sorted(drafts), recorded),
        inputs=inputs,
        outputs=outputs,
    )


def _by_name(layers: list[LayerRecord]) -> dict[str, LayerRecord]:
    found: dict[str, LayerRecord] = {}
    for record in layers:
        if record.name in found:
            raise Unreadable(f"two layers are named {quoted(record.name)}")
        found[record.name] = record
    if not found:
        raise Unreadable("it has no layers")
    return found


def _drafts(layers: list[LayerRecord], said: list[tuple[Origin, Tensor, str]]) -> list[_Draft]:
    """One draft for each call, in the file's order; what they say of tensors goes to ``said``."""
    drafts: list[_Draft] = []
    taken = {record.name for record in layers}
    for record in layers:
        place = f"layer {quoted(record.name)}"
        check_sizes(record, place)
        if record.class_name == "InputLayer" and record.inbound_nodes:
            raise Unreadable(f"{place} is an input and yet takes inputs")
        if not record.inbound_nodes:
            drafts.append(_Draft(record.name, record, 0, [], {}))
        for index, node in enumerate(record.inbound_nodes):
            tensors, arguments = split(node, place)
            said.extend((origin, tensor, record.name) for origin, tensor in tensors)
            origins = [origin for origin, _tensor in tensors]
            drafts.append(_Draft(_id(record.name, index, taken), record, index, origins, arguments))
    return drafts


def _id(layer: str, index: int, taken: set[str]) -> str:
    """Like "name", "name:1", ...; another colon where a layer is itself named "name:1"."""
    if index == 0:
        return layer
    colons = ":"
    while f"{layer}{colons}{index}" in taken:
        colons += ":"
    taken.add(f"{layer}{colons}{index}")
    return f"{layer}{colons}{index}"


def _borders(
    raw: object,
    key: str,
    records: dict[str, LayerRecord],
    calls: dict[tuple[str, int], _Draft],
) -> tuple[TensorRef, ...]:
    """References of ``input_layers`` or ``output_layers``: one, a list, nested lists or a dict.

    A dict counts by its sorted keys, as in Keras's own ``model.inputs`` and ``model.outputs``.
    """
    found: list[TensorRef] = []
    pending = [raw]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(value[name] for name in sorted(value, reverse=True))
        elif isinstance(value, list) and not (value and isinstance(value[0], str)):
            pending.extend(reversed(value))
        else:
            layer, call, output = origin_of(value, key)
            record = records.get(layer)
            # Keras counts a nested model's own call too, but only here, not in arguments.
            if record is not None and record.is_functional and call > 0:
                call -= 1
            draft = _resolve((layer, call, output), calls, key)
            found.append(TensorRef(draft.id, output))
    if not found:
        raise Unreadable(f"its {key} name nothing")
    return tuple(found)


def _resolve(origin: Origin, calls: dict[tuple[str, int], _Draft], place: str) -> _Draft:
    layer, call, _output = origin
    draft = calls.get((layer, call))
    if draft is None:
        if (layer, 0) not in calls:
            raise Unreadable(f"{place} refers to {quoted(layer)}, which is not in the model")
        raise Unreadable(f"{place} refers to call {call} of {quoted(layer)}, which has fewer")
    return draft


def _record(
    said: list[tuple[Origin, Tensor, str]],
    calls: dict[tuple[str, int], _Draft],
    recorded: _Recorded,
) -> None:
    for origin, tensor, consumer in said:
        draft = calls.get(origin[:2]) or _resolve(origin, calls, f"layer {quoted(consumer)}")
        ref = TensorRef(draft.id, origin[2])
        known = recorded.tensors.setdefault(ref, tensor)
        if known != tensor:
            raise Unreadable(_contradiction(draft.record.name, known, tensor))
        recorded.outputs[draft.id] = max(recorded.outputs.get(draft.id, 1), ref.output + 1)


def _contradiction(layer: str, one: Tensor, other: Tensor) -> str:
    texts = [f"{shape_text(tensor.shape)} {quoted(str(tensor.dtype))}" for tensor in (one, other)]
    if texts[0] == texts[1]:  # they differ in the batch
        texts = [str(list(tensor.shape or ())) for tensor in (one, other)]
    texts = [text if len(text) <= 120 else f"{text[:119]}…" for text in texts]
    return f"the output of {quoted(layer)} is said to be {texts[0]} and also {texts[1]}"


def _sorted(drafts: list[_Draft]) -> list[_Draft]:
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
    order: list[_Draft] = []
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


def _on_cycle(drafts: list[_Draft], waiting: list[int]) -> str:
    """A layer on a cycle: walking back among calls that never became ready must come round."""
    stuck = {draft.id: draft for draft, count in zip(drafts, waiting, strict=True) if count}
    current = next(iter(stuck))
    seen: set[str] = set()
    while current not in seen:
        seen.add(current)
        current = next(ref.call for ref in stuck[current].inputs if ref.call in stuck)
    return stuck[current].record.name


def _finished(order: list[_Draft], recorded: _Recorded) -> tuple[LayerCall, ...]:
    tensors = recorded.tensors
    calls: list[LayerCall] = []
    for draft in order:
        record = draft.record
        count = recorded.outputs.get(draft.id, 1)
        refs = [TensorRef(draft.id, index) for index in range(count)]
        if record.class_name == "InputLayer" or any(ref not in tensors for ref in refs):
            _fill(draft, refs, tensors)
        calls.append(
            LayerCall(
                id=draft.id,
                layer=record.name,
                call_index=draft.call_index,
                type=record.class_name,
                module=record.module,
                config=record.config,
                arguments=draft.arguments,
                inputs=draft.inputs,
                outputs=tuple(tensors[ref] for ref in refs),
            )
        )
    return tuple(calls)


def _fill(draft: _Draft, refs: list[TensorRef], tensors: dict[TensorRef, Tensor]) -> None:
    """Add what nobody recorded, by rule; an input must also be what its consumers say."""
    record = draft.record
    inferred = infer(
        record.class_name,
        record.module,
        record.config,
        draft.arguments,
        [tensors[ref] for ref in draft.inputs],
    )
    for ref in refs:
        guess = inferred[ref.output] if ref.output < len(inferred) else Tensor(None, None)
        known = tensors.setdefault(ref, guess)
        if record.class_name == "InputLayer" and guess.shape not in {None, known.shape}:
            raise Unreadable(_contradiction(record.name, guess, known))
