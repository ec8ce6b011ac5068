"""Typed records of a model's configuration: layers, their calls, nested models."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec

from resnet_viz.graph.types import Tensor

Origin: TypeAlias = tuple[str, int, int]  # layer, call index, output index

SEQUENTIAL: Final = "Sequential"
FUNCTIONAL: Final = "Functional"


class CallRecord(msgspec.Struct, frozen=True):
    """One use of a layer.

    Attributes:
        origins: input tensors, in argument order.
        recorded: the file's record of each of them; None without one (Keras 2, Sequential).
        arguments: other arguments.
        is_keras2: True if Keras 2 wrote it.
    """

    origins: tuple[Origin, ...] = ()
    recorded: tuple[Tensor | None, ...] = ()
    arguments: dict[str, Any] = {}
    is_keras2: bool = False


class LayerRecord(msgspec.Struct, frozen=True):
    """One layer in the file.

    Attributes:
        class_name: "Conv2D".
        config: its configuration; empty for a nested model.
        name: unique in the model.
        module: module of the class; None for a user's class.
        calls: its calls, in the file's order.
        nested: the nested model, if the layer is one.
        registered: registered name (with its package) of a user's class.
        is_guessed: the file names no module: the class is Keras's by its name only.
    """

    class_name: str
    config: dict[str, Any]
    name: str
    module: str | None
    calls: tuple[CallRecord, ...]
    nested: ModelRecord | None = None
    registered: str | None = None
    is_guessed: bool = False

    @property
    def is_input(self) -> bool:
        """True for an InputLayer."""
        return self.class_name == "InputLayer"


class ModelRecord(msgspec.Struct, frozen=True):
    """A functional or Sequential model in the file.

    Attributes:
        kind: "Functional" or "Sequential"; the class of a layer that the engine has opened.
        is_layer: True for such a layer.
        is_per_step: True if it runs the models inside once for each step of its input.
        inputs, outputs: its input and output tensors, dicts in the order of sorted keys.
        keys: names of the inputs, the keys of a dict of tensors.
    """

    name: str
    kind: str
    layers: tuple[LayerRecord, ...]
    inputs: tuple[Origin, ...]
    outputs: tuple[Origin, ...]
    keys: tuple[str, ...]
    is_layer: bool = False
    is_per_step: bool = False


class RawLayer(msgspec.Struct, frozen=True):
    """A layer's entry in the file, before its calls are parsed."""

    class_name: str
    config: Any
    name: str
    inbound_nodes: list[Any] = []
    module: str | None = None
    registered_name: Any = None
    is_layer: bool = False
    is_per_step: bool = False
