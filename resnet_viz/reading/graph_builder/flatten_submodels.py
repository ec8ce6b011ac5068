"""Flatten nested models: a draft for every call, a scope for every call of a nested model."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.config_check import needs_inputs
from resnet_viz.graph.types import TensorRef
from resnet_viz.reading.config.records import CallRecord, LayerRecord, ModelRecord, Origin
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_CALLS, MAX_INPUTS, MAX_LETTERS


class SubmodelCall(msgspec.Struct):
    """One call of a nested model, or the whole model.

    Attributes:
        record: the model.
        scope: id of the call; "" for the whole model.
        layer: layer name of the nested model, with the names around it.
        call_index: index of the call among those of ``layer``.
        depth: number of models around it.
        outer: the model around it; None for the whole model.
        call: the call that provides its inputs; its origins refer to ``outer``.
        members: the calls inside, by layer name and call index.
    """

    record: ModelRecord
    scope: str
    layer: str
    call_index: int
    depth: int
    outer: SubmodelCall | None
    call: CallRecord
    members: dict[tuple[str, int], DraftCall | SubmodelCall] = {}

    @property
    def prefix(self) -> str:
        """Prefix of the ids of the calls inside."""
        return f"{self.scope}/" if self.scope else ""


class DraftCall(msgspec.Struct):
    """A call before its inputs are resolved and its outputs have shapes.

    Attributes:
        model: the model that contains the call.
        origins_in: the model that the origins of ``call`` refer to: ``model``, but the model
            around it for an input layer of a nested model.
    """

    id: str
    layer: str
    call_index: int
    record: LayerRecord
    call: CallRecord
    model: SubmodelCall
    origins_in: SubmodelCall
    inputs: tuple[TensorRef, ...] = ()


class FlatModel(msgspec.Struct):
    """All calls of a model in the file's order, and its scopes, outer ones first."""

    whole: SubmodelCall
    drafts: list[DraftCall]
    scopes: list[SubmodelCall]


def flatten_submodels(model: ModelRecord) -> FlatModel:
    """Flatten ``model``; a nested model that is called n times is there n times.

    Raises:
        Unreadable: too many calls, a wrong number of inputs, or none where a layer needs one.
    """
    _checked_amounts(model)
    whole = SubmodelCall(model, "", "", 0, 0, None, CallRecord())
    flattener = _Flattener()
    flattener.add_members(whole)
    return FlatModel(whole, flattener.drafts, flattener.scopes)


def resolve_origin(model: SubmodelCall, origin: Origin, subject: str) -> tuple[DraftCall, int]:
    """The draft and output index of the tensor ``origin``, looked up through nested models.

    Raises:
        Unreadable: there is no such call or output; ``subject`` names what refers to it.
    """
    layer, call, output = origin
    member = model.members.get((layer, call))
    while isinstance(member, SubmodelCall):
        outputs = member.record.outputs
        if output >= len(outputs):
            raise Unreadable(
                f"{subject} refers to output {output} of {quoted(layer)}, which has {len(outputs)}"
            )
        model, subject = member, "output_layers"
        layer, call, output = outputs[output]
        member = model.members.get((layer, call))
    if member is None:
        if (layer, 0) not in model.members:
            raise Unreadable(f"{subject} refers to {quoted(layer)}, which is not in the model")
        raise Unreadable(f"{subject} refers to call {call} of {quoted(layer)}, which has fewer")
    return member, output


class _Amounts(NamedTuple):
    """Amounts in a model after flattening.

    Attributes:
        calls: calls of layers.
        ends: inputs and outputs of models.
        inputs: tensors that calls take.
        letters: of the calls' ids.
    """

    calls: int
    ends: int
    inputs: int
    letters: int


def _checked_amounts(model: ModelRecord, around: int = 0) -> _Amounts:
    """The amounts in a model inside names of so many letters, checked in advance.

    They can grow exponentially with the size of a file.

    Raises:
        Unreadable: one is too large.
    """
    calls, inputs, letters = 0, 0, 0
    ends = len(model.inputs) + len(model.outputs)
    for record in model.layers:
        times, length = max(1, len(record.calls)), around + len(record.name) + 1
        inner = _Amounts(1, 0, 0, length)
        if record.nested is not None:
            inner = _checked_amounts(record.nested, length)
        calls += times * inner.calls
        ends += times * inner.ends
        inputs += times * inner.inputs + sum(len(call.origins) for call in record.calls)
        letters += times * inner.letters
    for amount, most, what in (
        (calls, MAX_CALLS, "it has {} calls of layers"),
        (ends, MAX_CALLS, "its models have {} inputs and outputs"),
        (inputs, MAX_INPUTS, "its calls take {} tensors"),
        (letters, MAX_LETTERS, "the names of its calls have {} letters"),
    ):
        if amount > most:
            raise Unreadable(f"{what.format(f'{amount:,}')}; at most {most:,} are supported")
    return _Amounts(calls, ends, inputs, letters)


class _Flattener:
    """Collects drafts and scopes; keeps ids and layer names unique over all models."""

    def __init__(self) -> None:
        self.drafts: list[DraftCall] = []
        self.scopes: list[SubmodelCall] = []
        self._ids: set[str] = set()
        self._layers: dict[tuple[str, str], str] = {}
        self._layers_taken: set[str] = set()
        self._call_counts: dict[str, int] = {}

    def add_members(self, model: SubmodelCall) -> None:
        """Add all calls inside ``model``."""
        layers = model.record.layers
        # First calls get their ids before any second call does.
        first_ids = {record.name: self._id(model.prefix, record.name, 0) for record in layers}
        inputs = {origin[0]: index for index, origin in enumerate(model.record.inputs)}
        _check_inputs(model)
        for record in layers:
            layer = self._layer(model.layer, record.name)
            for index, call in enumerate(record.calls or (CallRecord(),)):
                call_id = first_ids[record.name]
                if index:
                    call_id = self._id(model.prefix, record.name, index)
                call_index = self._next_call_index(layer)
                if record.nested is not None:
                    around = model.depth + 1
                    submodel = SubmodelCall(
                        record.nested, call_id, layer, call_index, around, model, call, {}
                    )
                    model.members[record.name, index] = submodel
                    self.scopes.append(submodel)
                    self.add_members(submodel)
                    continue
                origins_in, source = model, call
                if model.outer is not None and record.is_input and record.name in inputs:
                    origins_in, source = model.outer, _input_call(model, inputs[record.name])
                if not source.origins and needs_inputs(record.class_name, record.module):
                    raise Unreadable(f"layer {quoted(call_id)} has no input")
                draft = DraftCall(call_id, layer, call_index, record, source, model, origins_in)
                model.members[record.name, index] = draft
                self.drafts.append(draft)

    def _id(self, prefix: str, name: str, index: int) -> str:
        """Like "name", "name:1", ...; more colons if a layer is itself named "name:1"."""
        colons, candidate = "::", f"{prefix}{name}"
        if index:
            candidate = f"{prefix}{name}:{index}"
        while candidate in self._ids:
            candidate = f"{prefix}{name}{colons}{index}"
            colons += ":"
        self._ids.add(candidate)
        return candidate

    def _layer(self, parent: str, name: str) -> str:
        """Layer name with those around it; the same for every call of a shared model."""
        known = self._layers.get((parent, name))
        if known is not None:
            return known
        slashes = "/"
        candidate = f"{parent}/{name}" if parent else name
        while candidate in self._layers_taken:
            slashes += "/"
            candidate = f"{parent}{slashes}{name}"
        self._layers_taken.add(candidate)
        self._layers[parent, name] = candidate
        return candidate

    def _next_call_index(self, layer: str) -> int:
        index = self._call_counts.get(layer, 0)
        self._call_counts[layer] = index + 1
        return index


def _check_inputs(model: SubmodelCall) -> None:
    if model.outer is None:
        return
    subject = f"layer {quoted(model.scope)}"
    input_layers = {record.name for record in model.record.layers if record.is_input}
    for layer, _call, _output in model.record.inputs:
        if layer not in input_layers:
            raise Unreadable(f"{subject} has {quoted(layer)} as an input, which is no InputLayer")
    actual, expected = len(model.call.origins), len(model.record.inputs)
    if actual != expected:
        raise Unreadable(f"{subject} is a model with {expected} inputs, but is given {actual}")


def _input_call(model: SubmodelCall, index: int) -> CallRecord:
    """The tensor that enters a nested model at its ``index``-th input."""
    return CallRecord((model.call.origins[index],), (model.call.recorded[index],))
