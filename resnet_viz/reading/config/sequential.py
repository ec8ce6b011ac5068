"""Sequential models: their layers one after the other, behind an input that may not be written."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.keras_classes import LAYERS_MODULE
from resnet_viz.reading.config.nodes import shape_of
from resnet_viz.reading.config.records import SEQUENTIAL, Call, LayerRecord, ModelRecord
from resnet_viz.reading.errors import Unreadable

_INPUT: Final = "input"


def sequential(name: str, config: dict[str, Any], layers: list[LayerRecord]) -> ModelRecord:
    """The Sequential model with that configuration and those layers, as a chain of calls.

    One that was never built has an input of unknown shape.

    Raises:
        Unreadable: it has no layers, or an input after other layers.
    """
    if not layers:
        raise Unreadable(f"the Sequential model {quoted(name)} has no layers")
    if not layers[0].is_input:
        layers = [_implied_input(config, layers), *layers]
    chain = [layers[0]]
    for record in layers[1:]:
        if record.is_input:
            raise Unreadable(f"{quoted(record.name)} is an input and yet follows other layers")
        call = Call(origins=((chain[-1].name, 0, 0),), said=(None,))
        chain.append(msgspec.structs.replace(record, calls=(call,)))
    first, last = chain[0].name, chain[-1].name
    return ModelRecord(
        name=name,
        kind=SEQUENTIAL,
        layers=tuple(chain),
        inputs=((first, 0, 0),),
        outputs=((last, 0, 0),),
        keys=(first,),
    )


def _implied_input(config: dict[str, Any], layers: list[LayerRecord]) -> LayerRecord:
    taken = {record.name for record in layers}
    name = _INPUT
    while name in taken:
        name += "_"
    settings: dict[str, Any] = {"name": name}
    first = layers[0].config
    shape = first.get("batch_input_shape", config.get("build_input_shape"))
    if shape is not None:
        settings["batch_shape"] = list(shape_of(shape, f"the Sequential model's {quoted(name)}"))
    return LayerRecord("InputLayer", settings, name, LAYERS_MODULE, ())
