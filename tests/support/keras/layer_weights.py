"""Weights that Keras itself counts, beside a model's configuration."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple


class LayerWeights(NamedTuple):
    """A built model.

    Attributes:
        config: its configuration as JSON.
        layers: for each layer, by path, all weights and the fixed ones.
        parameters: all weights of the model.
        operations: how many layers and operations it has; submodels count as one.
    """

    config: str
    layers: dict[str, tuple[int, int]]
    parameters: int
    operations: int


def layer_weights(model: Any) -> LayerWeights:
    layers = {
        path: (
            layer.count_params(),
            sum(math.prod(weight.shape) for weight in layer.non_trainable_weights),
        )
        for path, layer in _inner_layers(model)
    }
    return LayerWeights(model.to_json(), layers, model.count_params(), len(model.operations))


def _inner_layers(model: Any, around: str = "") -> Iterator[tuple[str, Any]]:
    """The layers of a model and of the models in it, with the names around them."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _inner_layers(layer, f"{around}{layer.name}/")
        else:
            yield f"{around}{layer.name}", layer
