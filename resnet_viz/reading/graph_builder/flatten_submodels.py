"""Models in models laid flat: a draft for every call, a scope for every call of a nested model."""

from __future__ import annotations

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.types import TensorRef
from resnet_viz.reading.config.records import Call, LayerRecord, ModelRecord, Origin
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_CALLS


class ModelCall(msgspec.Struct):
    """One call of a model: the whole model, or a nested one in an outer one.

    Attributes:
        scope: its id; "" for the whole model.
        layer: the nested model's layer name with the names around it.
        call_index: which call of that layer it is.
        depth: how many models are around it.
        parts: what each (layer, call) in it is.
        outer: the model around it; None for the whole model.
        entering: the call that gives its inputs, in terms of ``outer``.
    """

    model: ModelRecord
    scope: str
    layer: str
    call_index: int
    depth: int
    outer: ModelCall | None
    entering: Call
    parts: dict[tuple[str, int], Draft | ModelCall] = {}

    @property
    def prefix(self) -> str:
        """What precedes the ids of the calls inside."""
        return f"{self.scope}/" if self.scope else ""


class Draft(msgspec.Struct):
    """A call before its inputs have names and its outputs shapes.

    Attributes:
        home: the model in whose terms ``call`` speaks. For an entrance of a nested model that is
            the model around it.
        inside: the model in which it lies.
    """

    id: str
    layer: str
    call_index: int
    record: LayerRecord
    call: Call
    home: ModelCall
    inside: ModelCall
    inputs: tuple[TensorRef, ...] = ()


class Expansion(msgspec.Struct):
    """Everything in a model, in the file's order, outer scopes before inner ones."""

    whole: ModelCall
    drafts: list[Draft]
    scopes: list[ModelCall]


def expand(model: ModelRecord) -> Expansion:
    """All calls in ``model``; a nested model that is called n times is there n times.

    Raises:
        Unreadable: more calls than can be shown, wrong numbers of inputs.
    """
    _check_count(model)
    whole = ModelCall(model, "", "", 0, 0, None, Call())
    work = _Work()
    work.fill(whole)
    return Expansion(whole, work.drafts, work.scopes)


def resolve(inside: ModelCall, origin: Origin, place: str) -> tuple[Draft, int]:
    """The draft that makes the tensor ``origin``, through nested models, and which output it is.

    Raises:
        Unreadable: there is no such call or output; ``place`` names who refers to it.
    """
    layer, call, output = origin
    part = inside.parts.get((layer, call))
    while isinstance(part, ModelCall):
        outputs = part.model.outputs
        if output >= len(outputs):
            raise Unreadable(
                f"{place} refers to output {output} of {quoted(layer)}, which has {len(outputs)}"
            )
        inside, place = part, "output_layers"
        layer, call, output = outputs[output]
        part = inside.parts.get((layer, call))
    if part is None:
        if (layer, 0) not in inside.parts:
            raise Unreadable(f"{place} refers to {quoted(layer)}, which is not in the model")
        raise Unreadable(f"{place} refers to call {call} of {quoted(layer)}, which has fewer")
    return part, output


def _check_count(model: ModelRecord) -> tuple[int, int]:
    """Calls and nested models' borders once all is flat: they can grow exponentially with a file.

    Raises:
        Unreadable: more than can be shown.
    """
    calls, borders = 0, len(model.inputs) + len(model.outputs)
    for record in model.layers:
        times = max(1, len(record.calls))
        inner = (1, 0) if record.nested is None else _check_count(record.nested)
        calls += times * inner[0]
        borders += times * inner[1]
    if calls > MAX_CALLS:
        raise Unreadable(f"it has {calls:,} calls of layers; at most {MAX_CALLS:,} can be shown")
    if borders > MAX_CALLS:
        raise Unreadable(f"its models have {borders:,} inputs and outputs; {MAX_CALLS:,} is most")
    return calls, borders


class _Work:
    """Collects drafts and scopes; keeps ids and layer names unique over all models."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.scopes: list[ModelCall] = []
        self._ids: set[str] = set()
        self._layers: dict[tuple[str, str], str] = {}
        self._layers_taken: set[str] = set()
        self._calls: dict[str, int] = {}

    def fill(self, inside: ModelCall) -> None:
        """Everything that ``inside`` holds."""
        first = {r.name: self._id(inside.prefix, r.name, 0) for r in inside.model.layers}
        entrances = {origin[0]: n for n, origin in enumerate(inside.model.inputs)}
        self._check_entrances(inside)
        for record in inside.model.layers:
            layer = self._layer(inside.layer, record.name)
            for index, call in enumerate(record.calls or (Call(),)):
                name = first[record.name]
                if index:
                    name = self._id(inside.prefix, record.name, index)
                if record.nested is not None:
                    number, depth = self._count(layer), inside.depth + 1
                    made = ModelCall(record.nested, name, layer, number, depth, inside, call, {})
                    inside.parts[record.name, index] = made
                    self.scopes.append(made)
                    self.fill(made)
                    continue
                home, taken = inside, call
                if inside.outer is not None and record.is_input and record.name in entrances:
                    home, taken = inside.outer, _entrance(inside, entrances[record.name])
                draft = Draft(name, layer, self._count(layer), record, taken, home, inside)
                inside.parts[record.name, index] = draft
                self.drafts.append(draft)

    def _check_entrances(self, inside: ModelCall) -> None:
        if inside.outer is None:
            return
        place = f"layer {quoted(inside.scope)}"
        inputs = {record.name for record in inside.model.layers if record.is_input}
        odd = [layer for layer, _call, _output in inside.model.inputs if layer not in inputs]
        if odd:
            raise Unreadable(f"{place} has {quoted(odd[0])} as an input, which is no InputLayer")
        given, wanted = len(inside.entering.origins), len(inside.model.inputs)
        if given != wanted:
            raise Unreadable(f"{place} is a model of {wanted} inputs and is given {given}")

    def _id(self, prefix: str, name: str, index: int) -> str:
        """Like "name", "name:1", ...; more colons where a layer is itself named "name:1"."""
        colons, made = "::", f"{prefix}{name}"
        if index:
            made = f"{prefix}{name}:{index}"
        while made in self._ids:
            made = f"{prefix}{name}{colons}{index}"
            colons += ":"
        self._ids.add(made)
        return made

    def _layer(self, around: str, name: str) -> str:
        """The layer's name with those around it; the same for every call of a shared model."""
        known = self._layers.get((around, name))
        if known is not None:
            return known
        slashes = "/"
        made = f"{around}/{name}" if around else name
        while made in self._layers_taken:
            slashes += "/"
            made = f"{around}{slashes}{name}"
        self._layers_taken.add(made)
        self._layers[around, name] = made
        return made

    def _count(self, layer: str) -> int:
        number = self._calls.get(layer, 0)
        self._calls[layer] = number + 1
        return number


def _entrance(inside: ModelCall, position: int) -> Call:
    """The one tensor that enters at an InputLayer of a nested model."""
    call = inside.entering
    return Call((call.origins[position],), (call.said[position],))
