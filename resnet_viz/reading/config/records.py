"""What a model's configuration says, as typed records: layers, their calls, models in models."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec

from resnet_viz.graph.types import Tensor

Origin: TypeAlias = tuple[str, int, int]  # layer, call index, output index

SEQUENTIAL: Final = "Sequential"
FUNCTIONAL: Final = "Functional"


class Call(msgspec.Struct, frozen=True):
    """One use of a layer.

    Attributes:
        origins: the tensors it takes, in argument order.
        said: what the file says of each of them; None where it says nothing (Keras 2, Sequential).
        arguments: its other arguments.
        is_old: whether Keras 2 wrote it.
    """

    origins: tuple[Origin, ...] = ()
    said: tuple[Tensor | None, ...] = ()
    arguments: dict[str, Any] = {}
    is_old: bool = False


class LayerRecord(msgspec.Struct, frozen=True):
    """One layer as the file has it.

    Attributes:
        class_name: "Conv2D".
        config: its configuration; empty for a model.
        name: unique in the model.
        module: where the class lives; None for a class of the user's own.
        calls: its uses, in the file's order.
        nested: the model that the layer is, if it is one.
        registered: the name with its package of a class of the user's own.
    """

    class_name: str
    config: dict[str, Any]
    name: str
    module: str | None
    calls: tuple[Call, ...]
    nested: ModelRecord | None = None
    registered: str | None = None

    @property
    def is_input(self) -> bool:
        """Whether the layer is an entrance of its model."""
        return self.class_name == "InputLayer"


class ModelRecord(msgspec.Struct, frozen=True):
    """A functional or Sequential model as the file has it.

    Attributes:
        kind: "Functional" or "Sequential".
        inputs, outputs: its borders, dicts counted by their sorted keys.
        keys: by which name a dict of tensors gives each input.
    """

    name: str
    kind: str
    layers: tuple[LayerRecord, ...]
    inputs: tuple[Origin, ...]
    outputs: tuple[Origin, ...]
    keys: tuple[str, ...]


class RawLayer(msgspec.Struct, frozen=True):
    """A layer's entry in the file, before its calls are understood."""

    class_name: str
    config: Any
    name: str
    inbound_nodes: list[Any] = []
    module: str | None = None
    registered_name: Any = None
