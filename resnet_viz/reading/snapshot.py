"""Read a snapshot of an architecture, which ``resnet-viz snapshot`` wrote, into a graph."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.integrity import fault_of
from resnet_viz.graph.types import (
    Graph,
    LayerCall,
    LayerWeights,
    Scope,
    Shape,
    Tensor,
    TensorRef,
    Width,
)
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_CALLS, MAX_NESTING

KEY: Final = "resnet_viz_snapshot"
SCHEMA: Final = 1
DTYPE: Final = "float32"
"""Dtype of an output that a snapshot does not name."""

_Ref: TypeAlias = str | tuple[str, Width]


class _ClassRow(msgspec.Struct, frozen=True):
    type: str
    module: str | None = None
    registered: str | None = None
    settings: dict[str, Any] = {}


class _CallRow(msgspec.Struct, frozen=True):
    id: str
    class_: str = msgspec.field(name="class")
    shapes: tuple[Shape | None, ...] = ()
    layer: str | None = None
    call_index: int = 0
    scope: str = ""
    inputs: tuple[_Ref, ...] = ()
    dtypes: tuple[str | None, ...] | None = None
    settings: dict[str, Any] = {}
    arguments: dict[str, Any] = {}


class _ScopeRow(msgspec.Struct, frozen=True):
    id: str
    layer: str
    call_index: int
    type: str
    parent: str
    inputs: tuple[_Ref, ...]
    outputs: tuple[_Ref, ...]
    is_layer: bool = False


class _Snapshot(msgspec.Struct, frozen=True):
    schema: int = msgspec.field(name=KEY)
    name: str
    inputs: tuple[_Ref, ...]
    outputs: tuple[_Ref, ...]
    classes: dict[str, _ClassRow]
    calls: tuple[_CallRow, ...]
    scopes: tuple[_ScopeRow, ...] = ()
    weights: dict[str, LayerWeights] = {}


def is_snapshot(raw: dict[str, Any]) -> bool:
    """True if decoded JSON is a snapshot, not a Keras configuration."""
    return KEY in raw


def is_snapshot_text(content: bytes) -> bool:
    """True if JSON text begins as a snapshot does."""
    return f'"{KEY}"'.encode() in content[:64]


def snapshot_graph(raw: dict[str, Any]) -> Graph:
    """The graph in the decoded JSON of a snapshot.

    Raises:
        Unreadable: something in it is wrong.
    """
    try:
        snapshot = msgspec.convert(raw, _Snapshot)
    except msgspec.ValidationError as error:
        raise Unreadable(f"it is a damaged snapshot ({str(error)[:120]})") from None
    if snapshot.schema != SCHEMA:
        raise Unreadable(
            f"it is a snapshot of another version ({snapshot.schema}); write it again with "
            "resnet-viz snapshot"
        )
    if len(snapshot.calls) > MAX_CALLS:
        raise Unreadable(f"it has more than {MAX_CALLS:,} calls")
    graph = _graph(snapshot)
    fault = fault_of(graph)
    if fault is not None:
        raise Unreadable(fault)
    depths = {"": 0}
    for scope in graph.scopes:
        depths[scope.id] = depths[scope.parent] + 1
    if max(depths.values()) > MAX_NESTING:
        raise Unreadable(f"its models are nested more than {MAX_NESTING} levels deep")
    return graph


def _graph(snapshot: _Snapshot) -> Graph:
    return Graph(
        name=snapshot.name,
        calls=tuple(_call(row, snapshot.classes) for row in snapshot.calls),
        inputs=_refs(snapshot.inputs),
        outputs=_refs(snapshot.outputs),
        scopes=tuple(
            Scope(
                row.id, row.layer, row.call_index, row.type, row.parent,
                _refs(row.inputs), _refs(row.outputs), row.is_layer,
            )
            for row in snapshot.scopes
        ),
        weights=snapshot.weights,
    )  # fmt: skip


def _call(row: _CallRow, classes: dict[str, _ClassRow]) -> LayerCall:
    known = classes.get(row.class_)
    if known is None:
        raise Unreadable(f"its call {quoted(row.id)} has a class that is not listed")
    dtypes = row.dtypes or (DTYPE,) * len(row.shapes)
    if len(dtypes) != len(row.shapes):
        raise Unreadable(f"its call {quoted(row.id)} has other numbers of shapes and dtypes")
    settings = {**known.settings, **row.settings}
    return LayerCall(
        id=row.id,
        layer=row.id if row.layer is None else row.layer,
        call_index=row.call_index,
        type=known.type,
        module=known.module,
        config={name: value for name, value in settings.items() if value is not None},
        arguments=row.arguments,
        inputs=_refs(row.inputs),
        outputs=tuple(map(Tensor, row.shapes, dtypes)),
        scope=row.scope,
        registered=known.registered,
    )


def _refs(refs: tuple[_Ref, ...]) -> tuple[TensorRef, ...]:
    return tuple(TensorRef(ref) if isinstance(ref, str) else TensorRef(*ref) for ref in refs)
