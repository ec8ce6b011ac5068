"""Sequential models as a chain of calls after an input, which may be implicit in the file."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.keras_classes import LAYERS_MODULE, PACKAGE
from resnet_viz.reading.config.records import SEQUENTIAL, CallRecord, LayerRecord, ModelRecord
from resnet_viz.reading.config.tensor_refs import parse_shape
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NAME


def sequential_model(name: str, config: dict[str, Any], layers: list[LayerRecord]) -> ModelRecord:
    """A Sequential model of these ``layers``, as a chain of calls.

    A model that was never built has an input of unknown shape.

    Raises:
        Unreadable: it has no layers, or an input after other layers.
    """
    if not layers:
        raise Unreadable(f"the Sequential model {quoted(name)} has no layers")
    if not layers[0].is_input:
        layers = [_implicit_input(config, layers), *layers]
    chain = [layers[0]]
    for record in layers[1:]:
        if record.is_input:
            raise Unreadable(f"{quoted(record.name)} is an input, but follows other layers")
        call = CallRecord(origins=((chain[-1].name, 0, 0),), recorded=(None,))
        chain.append(msgspec.structs.replace(record, calls=(call,)))
    input_name = chain[0].name
    return ModelRecord(
        name=name,
        kind=SEQUENTIAL,
        layers=tuple(chain),
        inputs=((input_name, 0, 0),),
        outputs=((chain[-1].name, 0, 0),),
        keys=(input_name,),
    )


def named_layers(layers: list[Any]) -> list[Any]:
    """Entries of layers, those without a name named after their class, as Keras does.

    A user's ``get_config`` may leave the name out; a functional model has it elsewhere.
    """
    names = [_name_of(raw) for raw in layers]
    if all(names):
        return layers
    taken, counts = set(names), dict.fromkeys(names, 0)
    named: list[Any] = []
    for raw, name in zip(layers, names, strict=True):
        class_name = raw.get("class_name") if isinstance(raw, dict) else None
        if name is not None or not isinstance(class_name, str) or len(class_name) > MAX_NAME:
            named.append(raw)
            continue
        base = _snake_case(class_name.rpartition(PACKAGE)[2]) or "layer"
        candidate = base
        while candidate in taken:
            counts[base] = counts.get(base, 0) + 1
            candidate = f"{base}_{counts[base]}"
        taken.add(candidate)
        named.append({**raw, "name": candidate})
    return named


def _name_of(raw: object) -> str | None:
    if not isinstance(raw, dict):
        return None
    config = raw.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    name = raw.get("name", inner)
    return name if name is None or isinstance(name, str) else ""


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _implicit_input(config: dict[str, Any], layers: list[LayerRecord]) -> LayerRecord:
    taken = {record.name for record in layers}
    name = "input"
    while name in taken:
        name += "_"
    settings: dict[str, Any] = {"name": name}
    shape = layers[0].config.get("batch_input_shape", config.get("build_input_shape"))
    if shape is not None:
        settings["batch_shape"] = list(parse_shape(shape, f"the Sequential model's {quoted(name)}"))
    return LayerRecord("InputLayer", settings, name, LAYERS_MODULE, ())
