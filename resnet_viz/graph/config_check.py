"""Check of the types in configurations of Keras's own layers, also of those in wrappers.

It stands where graphs come in, from files and from the engine; what is behind it relies on it: a
rate of "abc" is an error here, not a crash there.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.config_records import any_class, of_class
from resnet_viz.graph.keras_classes import OPERATIONS_MODULE, TENSORFLOW_MODULE, parse_wrapped
from resnet_viz.graph.types import is_keras_module

_MAX_WRAPPED: Final = 60
"""Layers in layers."""
_OPERATIONS: Final = (OPERATIONS_MODULE, "keras.src.ops")
_WRAPPED: Final = ("layer", "backward_layer", "cell")
_KEY: Final = re.compile(r"`\$\.(\w+)")


def wrong_setting(class_name: str, module: str | None, config: dict[str, Any]) -> str | None:
    """The first setting of a wrong type as a clause, 'can't have "abc" as its rate'.

    None if there is none, and for users' own classes, which may have any settings.
    """
    return _wrong_setting(class_name, config, 0) if is_keras_module(module) else None


def needs_inputs(class_name: str, module: str | None) -> bool:
    """True for one of Keras's layers but InputLayer; functions may have constants alone."""
    if module is None or not is_keras_module(module) or class_name == "InputLayer":
        return False
    return module != TENSORFLOW_MODULE and not module.startswith(_OPERATIONS)


def _wrong_setting(class_name: str, config: dict[str, Any], depth: int) -> str | None:
    if depth > _MAX_WRAPPED:
        return f"has nested layers more than {_MAX_WRAPPED} levels deep"
    for record in (any_class(), of_class(class_name)):
        try:
            if record is not None:
                msgspec.convert(config, record)
        except msgspec.ValidationError as error:
            match = _KEY.search(str(error))
            key = match[1] if match else ""
            return f"can't have {quoted(str(config.get(key)), longest=40)} as its {key}"
    wrapped = [config[key] for key in _WRAPPED if key in config]
    for raw in (*wrapped, *(config.get("cells") or ())):
        layer = parse_wrapped(raw)
        if layer is not None and is_keras_module(layer.module):
            wrong = _wrong_setting(layer.type, layer.config, depth + 1)
            if wrong is not None:
                return wrong
    return None
