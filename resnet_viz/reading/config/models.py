"""Parse decoded JSON into a ``ModelRecord``: functional, Sequential and nested models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.config_check import wrong_setting
from resnet_viz.graph.keras_classes import registered_name, resolve_class
from resnet_viz.reading.config.keras2 import keras2_call, keras2_submodel_call
from resnet_viz.reading.config.keras3 import keras3_call, keras3_submodel_call
from resnet_viz.reading.config.records import (
    FUNCTIONAL,
    SEQUENTIAL,
    CallRecord,
    LayerRecord,
    ModelRecord,
    RawLayer,
)
from resnet_viz.reading.config.sequential import named_layers, sequential_model
from resnet_viz.reading.config.tensor_refs import (
    input_keys,
    parse_refs,
    parse_shape,
    renumber_calls,
)
from resnet_viz.reading.errors import Unconnected, Unreadable
from resnet_viz.reading.limits import MAX_CALLS, MAX_NAME, MAX_NESTING

_FUNCTIONAL_KEYS: Final = ("layers", "input_layers", "output_layers")


def parse_model(raw: dict[str, Any]) -> ModelRecord:
    """The model whose decoded JSON is ``raw``.

    Raises:
        Unreadable: something in it is wrong.
        Unconnected: it is another kind of model.
    """
    class_name, config = raw.get("class_name"), raw.get("config")
    if not isinstance(class_name, str) or not isinstance(config, dict | list):
        raise Unreadable("it is JSON, but not the configuration of a Keras model")
    model = _model(class_name, config, "", 0)
    if model is not None:
        return model
    missing = [key for key in _FUNCTIONAL_KEYS if isinstance(config, dict) and key not in config]
    if 0 < len(missing) < len(_FUNCTIONAL_KEYS):
        raise Unreadable(f"its configuration has no {missing[0]}")
    raise Unconnected(
        f"its class {quoted(class_name)} has no layers in its configuration; such a model shows "
        "how its layers are connected only when it is called: open a Python function that loads "
        "and returns it (file.py:function), or use resnet_viz.trace(model)",
        is_model=True,
    )


def _model(class_name: str, config: object, prefix: str, depth: int) -> ModelRecord | None:
    """The model with this configuration; None if it isn't one. ``prefix`` is for messages."""
    if class_name == SEQUENTIAL and isinstance(config, list):  # Keras 2.2 and older
        config = {"layers": config}
    if not isinstance(config, dict) or "layers" not in config:
        return None
    is_functional = "input_layers" in config and "output_layers" in config
    if not is_functional and class_name != SEQUENTIAL:
        return None
    layers = config["layers"]
    if not isinstance(layers, list):
        raise Unreadable(f"{prefix or 'its '}layers are not a list")
    if depth > MAX_NESTING:
        raise Unreadable(f"its models are nested more than {MAX_NESTING} levels deep")
    name = config.get("name")
    name = name if isinstance(name, str) and name else class_name
    layers = layers if is_functional else named_layers(layers)
    parsed = [_layer(raw, f"{prefix}layers[{index}]", depth) for index, raw in enumerate(layers)]
    _check_names([record for _raw, record in parsed])
    if is_functional:
        kind = SEQUENTIAL if class_name == SEQUENTIAL else FUNCTIONAL  # as the engine writes both
        return _functional(name, kind, config, parsed)
    return sequential_model(name, config, [record for _raw, record in parsed])


def _functional(
    name: str,
    kind: str,
    config: dict[str, Any],
    parsed: Sequence[tuple[RawLayer, LayerRecord]],
) -> ModelRecord:
    _check_calls(sum(max(1, len(raw.inbound_nodes)) for raw, _record in parsed))
    names = {record.name for _raw, record in parsed}
    records: list[LayerRecord] = []
    for raw, record in parsed:
        if record.is_input and raw.inbound_nodes:
            raise Unreadable(f"layer {quoted(record.name)} is an input, but takes inputs")
        calls = tuple(_call(node, record, names) for node in raw.inbound_nodes)
        records.append(msgspec.structs.replace(record, calls=calls))
    if not records:
        raise Unreadable(f"the model {quoted(name)} has no layers")
    is_keras2 = any(isinstance(node, list) for raw, _ in parsed for node in raw.inbound_nodes)
    outputs = parse_refs(config["output_layers"], "output_layers")
    records, outputs = renumber_calls(records, outputs, is_keras2=is_keras2)
    return ModelRecord(
        name=name,
        kind=kind,
        layers=tuple(records),
        inputs=parse_refs(config["input_layers"], "input_layers"),
        outputs=outputs,
        keys=input_keys(config["input_layers"]),
    )


def _call(node: object, record: LayerRecord, names: set[str]) -> CallRecord:
    subject = f"layer {quoted(record.name)}"
    if isinstance(node, dict) and "args" in node and "kwargs" in node:
        if record.nested is None:
            return keras3_call(node, subject)
        return keras3_submodel_call(node, record.nested.keys, subject)
    if isinstance(node, dict) and not any(isinstance(value, list) for value in node.values()):
        raise Unreadable(f"{subject} is called without args and kwargs")
    if record.nested is None:
        return keras2_call(node, names, subject)
    return keras2_submodel_call(node, record.nested.keys, subject)


def _layer(raw: object, path: str, depth: int) -> tuple[RawLayer, LayerRecord]:
    """The entry of one layer at ``path``, and its record without calls."""
    if not isinstance(raw, dict):
        raise Unreadable(f"{path} is not a layer")
    fields = dict(raw)
    config = fields.get("config")
    if "name" not in fields and isinstance(config, dict) and "name" in config:
        fields["name"] = config["name"]
    try:
        entry = msgspec.convert(fields, RawLayer)
    except msgspec.ValidationError as error:
        raise Unreadable(_wrong_type(path, error)) from None
    for text in (entry.name, entry.class_name, entry.module):
        if text is not None and (not text or len(text) > MAX_NAME):
            raise Unreadable(f"{path} has a name that is empty or too long")
    nested = _model(entry.class_name, config, f"{path}.", depth + 1)
    if nested is not None and entry.is_layer:
        nested = msgspec.structs.replace(
            nested, kind=entry.class_name, is_layer=True, is_per_step=entry.is_per_step
        )
    if nested is None and not isinstance(config, dict):
        raise Unreadable(f"{path}.config is wrong (expected an object)")
    settings = {} if nested is not None or not isinstance(config, dict) else config
    class_name, module = resolve_class(entry.class_name, settings, raw)
    _check_config(class_name, module, settings, f"layer {quoted(entry.name)}")
    registered = registered_name(entry.registered_name or entry.class_name, module)
    is_guessed = module is not None and "module" not in raw
    return entry, LayerRecord(
        class_name, settings, entry.name, module, (), nested, registered, is_guessed
    )


def _check_config(
    class_name: str, module: str | None, config: dict[str, Any], subject: str
) -> None:
    wrong = wrong_setting(class_name, module, config)
    if wrong is not None:
        raise Unreadable(f"{subject} {wrong}")
    if class_name == "InputLayer":
        for key in ("batch_shape", "batch_input_shape"):
            if config.get(key) is not None:
                parse_shape(config[key], subject)


def _check_names(records: Sequence[LayerRecord]) -> None:
    seen: set[str] = set()
    for record in records:
        if record.name in seen:
            raise Unreadable(f"two layers are named {quoted(record.name)}")
        seen.add(record.name)
    _check_calls(len(records))


def _check_calls(count: int) -> None:
    if count > MAX_CALLS:
        raise Unreadable(f"it has {count:,} calls of layers; at most {MAX_CALLS:,} are supported")


def _wrong_type(path: str, error: msgspec.ValidationError) -> str:
    """Like "layers[3].config is wrong (expected `object`, got `int`)"."""
    reason, _, key = str(error).partition(" - at `$")
    return f"{(path + key.rstrip('`'))[:120]} is wrong ({reason[:1].lower()}{reason[1:]})"
