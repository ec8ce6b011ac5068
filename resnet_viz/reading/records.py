"""The layers of a functional model's configuration as typed records, and why others have none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.reading.failure import Unreadable
from resnet_viz.reading.limits import MAX_CALLS, MAX_NAME

_KERAS_2: Final = (
    "it was written by Keras 2, which isn't supported yet; load it there and save it with Keras 3"
)


class LayerRecord(msgspec.Struct, frozen=True):
    """One layer as the file has it.

    Attributes:
        class_name: "Conv2D".
        config: its configuration.
        inbound_nodes: one for each call, with the call's ``args`` and ``kwargs``.
        name: unique in the model.
        module: where the class lives; None for a registered class of the user's own.
    """

    class_name: str
    config: dict[str, Any]
    inbound_nodes: list[dict[str, Any]]
    name: str
    module: str | None = None

    @property
    def is_functional(self) -> bool:
        """Whether the layer is a functional model itself."""
        return "layers" in self.config and "output_layers" in self.config

    @property
    def is_keras(self) -> bool:
        """Whether the class is one of Keras's own, not a user's of the same name."""
        return self.module is not None and self.module.partition(".")[0] == "keras"


class ModelRecord(msgspec.Struct, frozen=True):
    """A functional model as the file has it; inputs and outputs in any of Keras's forms."""

    name: str
    layers: list[LayerRecord]
    input_layers: Any
    output_layers: Any


def model_record(raw: dict[str, Any]) -> ModelRecord:
    """The functional model whose decoded JSON is ``raw``.

    Raises:
        Unreadable: it is another kind of model, or something in it has the wrong type.
    """
    config = raw.get("config")
    class_name = raw.get("class_name")
    if class_name == "Sequential":
        raise Unreadable(
            "it is a Sequential model, which isn't supported yet; functional models are"
        )
    if not isinstance(class_name, str) or not isinstance(config, dict):
        raise Unreadable("it is JSON, but not the configuration of a Keras model")
    if _says_keras_2(raw):
        raise Unreadable(_KERAS_2)
    missing = [key for key in ("layers", "input_layers", "output_layers") if key not in config]
    if len(missing) == 3:
        raise Unreadable(
            f"its class {quoted(class_name)} has no layers in its configuration; only functional "
            "models say how their layers are connected"
        )
    if missing:
        raise Unreadable(f"its configuration has no {missing[0]}")
    layers = config["layers"]
    if not isinstance(layers, list):
        raise Unreadable("its layers are not a list")
    records = [_layer(layer, index) for index, layer in enumerate(layers)]
    _check_count(records)
    name = config.get("name")
    return ModelRecord(
        name=name if isinstance(name, str) and name else class_name,
        layers=records,
        input_layers=config["input_layers"],
        output_layers=config["output_layers"],
    )


def _says_keras_2(raw: dict[str, Any]) -> bool:
    version = raw.get("keras_version")
    return isinstance(version, str) and version.startswith("2.")


def _layer(raw: object, index: int) -> LayerRecord:
    place = f"layers[{index}]"
    if not isinstance(raw, dict):
        raise Unreadable(f"{place} is not a layer")
    fields = dict(raw)
    config = fields.get("config")
    if "name" not in fields and isinstance(config, dict) and "name" in config:
        fields["name"] = config["name"]
    nodes = fields.get("inbound_nodes")
    if isinstance(nodes, list) and any(isinstance(node, list) for node in nodes):
        raise Unreadable(_KERAS_2)
    try:
        record = msgspec.convert(fields, LayerRecord)
    except msgspec.ValidationError as error:
        raise Unreadable(_wrong_type(place, error)) from None
    for text in _names(record):
        if not text or len(text) > MAX_NAME:
            raise Unreadable(f"{place} has a name that is empty or endless")
    return record


def _names(record: LayerRecord) -> Iterator[str]:
    yield record.name
    yield record.class_name
    if record.module is not None:
        yield record.module


def _wrong_type(place: str, error: msgspec.ValidationError) -> str:
    """Like "layers[3].config is wrong (expected `object`, got `int`)"."""
    reason, _, path = str(error).partition(" - at `$")
    where = place + path.rstrip("`")
    return f"{where[:120]} is wrong ({reason[:1].lower()}{reason[1:]})"


def _check_count(records: list[LayerRecord]) -> None:
    calls = sum(max(1, len(record.inbound_nodes)) for record in records)
    if calls > MAX_CALLS:
        raise Unreadable(f"it has {calls:,} calls of layers; at most {MAX_CALLS:,} can be shown")
