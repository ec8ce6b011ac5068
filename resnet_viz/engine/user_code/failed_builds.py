"""Model up to the call that failed, from the frames of the exception."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec

from resnet_viz.graph.failed_build import FailedBuild
from resnet_viz.graph.integrity import fault_of
from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef

_CALLS: Final = frozenset({"__call__", "symbolic_call"})
_MOST_TENSORS: Final = 500


class _FailingCall(msgspec.Struct, frozen=True):
    """A Keras operation that raised, the tensors that it was given, and the line that calls it."""

    operation: Any
    tensors: list[Any]
    file: str
    line: int


@contextmanager
def whole_tracebacks() -> Iterator[None]:
    """Context in which Keras leaves its own frames, with their tensors, in tracebacks."""
    import keras

    was_filtered = keras.config.is_traceback_filtering_enabled()
    keras.config.disable_traceback_filtering()
    try:
        yield
    finally:
        if was_filtered:
            keras.config.enable_traceback_filtering()


def failed_build(error: BaseException, ours: str) -> FailedBuild | None:
    """The model that a function had built when it raised; None if that can't be told.

    Args:
        error: the exception.
        ours: file of the caller, whose frames are none of the user's.
    """
    try:
        return _failed_build(error, ours)
    except Exception:  # noqa: BLE001 - the error itself is reported in any case
        return None


def _failed_build(error: BaseException, ours: str) -> FailedBuild | None:
    frames = [(f, n) for f, n in traceback.walk_tb(error.__traceback__) if not _is_at(f, ours)]
    call = _failing_call(frames)
    if call is None:
        return None
    roots = _inputs_of(call.tensors)
    tensors = {id(tensor): tensor for tensor in call.tensors}
    for frame, _ in frames:
        if _is_of_keras(frame):
            break
        for tensor in _tensors_in(list(frame.f_locals.values())):
            if _inputs_of([tensor]).keys() & roots.keys():
                tensors.setdefault(id(tensor), tensor)
    return _drawn(call, list(tensors.values())[:_MOST_TENSORS])


def _is_at(frame: FrameType, file: str) -> bool:
    return frame.f_code.co_filename == file


def _is_of_keras(frame: FrameType) -> bool:
    return "/keras/src/" in Path(frame.f_code.co_filename).as_posix()


def _failing_call(frames: list[tuple[FrameType, int]]) -> _FailingCall | None:
    """The outermost call of a Keras operation on symbolic tensors."""
    import keras

    last: tuple[FrameType, int] | None = None
    for frame, line in frames:
        if not _is_of_keras(frame):
            last = (frame, line)
        owner = frame.f_locals.get("self")
        if not isinstance(owner, keras.Operation) or frame.f_code.co_name not in _CALLS:
            continue
        given = [frame.f_locals.get("args"), frame.f_locals.get("kwargs")]
        tensors = _tensors_in(given)
        if tensors and last is not None:
            name = Path(last[0].f_code.co_filename).name
            return _FailingCall(owner, tensors, name, last[1])
    return None


def _tensors_in(values: list[Any]) -> list[Any]:
    """Symbolic tensors of functional models in values, those in lists and dicts too."""
    import keras

    flat = [each for value in values for each in _flat(value)]
    return [each for each in flat if isinstance(each, keras.KerasTensor) and _history(each)]


def _flat(value: Any) -> list[Any]:  # noqa: ANN401 - any local of the user's
    if isinstance(value, list | tuple):
        return [each for inner in value for each in _flat(inner)]
    if isinstance(value, dict):
        return [each for inner in value.values() for each in _flat(inner)]
    return [value]


def _history(tensor: Any) -> Any:  # noqa: ANN401 - Keras's record of its origin
    return getattr(tensor, "_keras_history", None)


def _inputs_of(tensors: list[Any]) -> dict[int, Any]:
    """Inputs that tensors come from, by their ids."""
    found: dict[int, Any] = {}
    seen: set[int] = set()
    waiting = list(tensors)
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        record = _history(tensor)
        node = record.operation._inbound_nodes[record.node_index]  # noqa: SLF001
        if node.is_input:
            found[id(tensor)] = tensor
        waiting += node.input_tensors
    return found


def _drawn(call: _FailingCall, tensors: list[Any]) -> FailedBuild | None:
    import keras

    from resnet_viz.engine.tracing import trace_model

    inputs = list(_inputs_of(tensors).values())
    graph = trace_model(keras.Model(inputs, tensors, name="up_to_here"))
    refs = dict(zip(map(id, tensors), graph.outputs, strict=True))
    operation = call.operation
    name = str(operation.name)
    while name in graph.by_id:
        name += "_"
    failing = LayerCall(
        id=name,
        layer=name,
        call_index=0,
        type=type(operation).__name__,
        module=type(operation).__module__,
        config=_config(operation),
        arguments={},
        inputs=tuple(refs[id(tensor)] for tensor in call.tensors),
        outputs=(Tensor(None, None),),
    )
    for each in (failing, msgspec.structs.replace(failing, config={})):
        whole = _with(graph, each)
        if fault_of(whole) is None:
            return FailedBuild(whole, name, call.file, call.line)
    return None


def _config(operation: Any) -> dict[str, Any]:  # noqa: ANN401 - a Keras operation
    try:
        config: dict[str, Any] = json.loads(json.dumps(operation.get_config()))
    except Exception:  # noqa: BLE001 - of a class that has none, or none of plain values
        return {}
    return config


def _with(graph: Graph, failing: LayerCall) -> Graph:
    """The graph with the failing call at its end, whose outputs nothing takes."""
    whole = msgspec.structs.replace(graph, calls=(*graph.calls, failing))
    ends = [TensorRef(call.id) for call in whole.calls if not whole.consumers[call.id]]
    return msgspec.structs.replace(whole, outputs=tuple(ends))
