"""Read a snapshot of an architecture, which ``resnet-viz snapshot`` wrote, into a graph."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.config_check import needs_inputs, wrong_setting
from resnet_viz.graph.types import (
    Graph,
    LayerCall,
    LayerWeights,
    Scope,
    Shape,
    Tensor,
    TensorRef,
)
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_CALLS, MAX_NESTING

KEY: Final = "resnet_viz_snapshot"
SCHEMA: Final = 1
DTYPE: Final = "float32"
"""Dtype of an output that a snapshot does not name."""

_Ref: TypeAlias = str | tuple[str, int]


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
    return _Reader(snapshot).graph()


class _Reader:
    """Graph of a snapshot; every reference is checked."""

    def __init__(self, snapshot: _Snapshot) -> None:
        self._snapshot = snapshot
        self._outputs: dict[str, int] = {}
        self._scopes = {""}

    def graph(self) -> Graph:
        """The graph.

        Raises:
            Unreadable: a call, scope or tensor is named that there is not, or one twice.
        """
        snapshot = self._snapshot
        self._add_scopes()
        calls = tuple(self._call(row) for row in snapshot.calls)
        scopes = tuple(
            Scope(
                row.id, row.layer, row.call_index, row.type, row.parent,
                self._refs(row.inputs), self._refs(row.outputs), row.is_layer,
            )
            for row in snapshot.scopes
        )  # fmt: skip
        inputs, outputs = self._refs(snapshot.inputs), self._refs(snapshot.outputs)
        if not outputs:
            raise Unreadable("it is a snapshot without outputs")
        return Graph(snapshot.name, calls, inputs, outputs, scopes, snapshot.weights)

    def _add_scopes(self) -> None:
        depths = {"": 0}
        for row in self._snapshot.scopes:
            if row.id in depths or row.parent not in depths:
                raise Unreadable(f"its scope {quoted(row.id)} is named twice or out of order")
            depths[row.id] = depths[row.parent] + 1
            if depths[row.id] > MAX_NESTING:
                raise Unreadable(f"its models are nested more than {MAX_NESTING} levels deep")
        self._scopes = set(depths)

    def _call(self, row: _CallRow) -> LayerCall:
        known = self._snapshot.classes.get(row.class_)
        if known is None:
            raise Unreadable(f"its call {quoted(row.id)} has a class that is not listed")
        if row.id in self._outputs or not row.shapes or row.scope not in self._scopes:
            raise Unreadable(
                f"its call {quoted(row.id)} is named twice, or has no outputs or scope"
            )
        inputs = self._refs(row.inputs)
        settings = {**known.settings, **row.settings}
        config = {name: value for name, value in settings.items() if value is not None}
        wrong = wrong_setting(known.type, known.module, config)
        if wrong is None and not inputs and needs_inputs(known.type, known.module):
            wrong = "has no input"
        if wrong is not None:
            raise Unreadable(f"call {quoted(row.id)} {wrong}")
        dtypes = row.dtypes or (DTYPE,) * len(row.shapes)
        if len(dtypes) != len(row.shapes):
            raise Unreadable(f"its call {quoted(row.id)} has other numbers of shapes and dtypes")
        self._outputs[row.id] = len(row.shapes)
        return LayerCall(
            id=row.id,
            layer=row.id if row.layer is None else row.layer,
            call_index=row.call_index,
            type=known.type,
            module=known.module,
            config=config,
            arguments=row.arguments,
            inputs=inputs,
            outputs=tuple(
                Tensor(shape, dtype) for shape, dtype in zip(row.shapes, dtypes, strict=True)
            ),
            scope=row.scope,
            registered=known.registered,
        )

    def _refs(self, refs: tuple[_Ref, ...]) -> tuple[TensorRef, ...]:
        return tuple(self._ref(ref) for ref in refs)

    def _ref(self, ref: _Ref) -> TensorRef:
        call, output = (ref, 0) if isinstance(ref, str) else ref
        if not 0 <= output < self._outputs.get(call, 0):
            raise Unreadable(f"it names the tensor {output} of {quoted(call)} before it is made")
        return TensorRef(call, output)
