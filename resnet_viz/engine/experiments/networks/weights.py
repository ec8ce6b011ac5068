"""Weights at the start of an experiment: from an initialiser, the same for layers of one name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import keras

if TYPE_CHECKING:
    from resnet_viz.engine.experiments.networks.net import Net

MOVING_MOMENTUM: Final = 0.9
"""Momentum of moving averages: Keras's 0.99 needs more steps than an experiment has."""
_CONSTANTS: Final = {
    "gamma": 1.0, "beta": 0.0, "bias": 0.0, "moving_mean": 0.0, "moving_variance": 1.0,
}  # fmt: skip


def initialize(net: Net, init: str, *, seed: int) -> None:
    """Set the weights of ``net``: kernels from the initialiser ``init``, vectors as Keras does.

    A kernel depends on the seed and its layer's name only, so that a net and its counterpart start
    from the same. "keep" keeps the weights.
    """
    net.weights_from = init
    for layer in net.operations.values():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = MOVING_MOMENTUM
    if init == "keep":
        return
    for call, layer in net.operations.items():
        for index, weight in enumerate(getattr(layer, "weights", ())):
            _initialize(weight, init, seed=seed_of(seed, f"{call}/{index}"))


def _initialize(weight: Any, init: str, *, seed: int) -> None:  # noqa: ANN401 - a keras.Variable
    constant = _CONSTANTS.get(weight.path.rpartition("/")[2])
    if constant is not None:
        weight.assign(keras.ops.full(weight.shape, constant, weight.dtype))
    elif len(weight.shape) > 1 and weight.trainable:
        initializer = keras.initializers.get({"class_name": init, "config": {"seed": seed}})
        weight.assign(initializer(weight.shape, dtype=weight.dtype))


def seed_of(seed: int, name: str) -> int:
    """A seed of its own for ``name``."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
