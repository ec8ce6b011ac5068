"""Sequential models as a chain of calls after an input, which may be implicit in the file."""

from __future__ import annotations

from typing import Any

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.keras_classes import LAYERS_MODULE
from resnet_viz.reading.config.records import SEQUENTIAL, CallRecord, LayerRecord, ModelRecord
from resnet_viz.reading.config.tensor_refs import parse_shape
from resnet_viz.reading.errors import Unreadable


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
