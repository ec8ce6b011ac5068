"""Mutants of small model files: well-formed configurations with wrong values; damaged bytes."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from resnet_viz import assets
from tests.support.model_files.configs import JSON, layer, model, node, op, residual, source, tensor
from tests.support.model_files.layer_entries import layer_entries, layer_model
from tests.support.model_files.samples import (
    bare,
    hdf5,
    nested,
    old_functional,
    old_input,
    old_layer,
    old_siamese,
    sequential,
    zipped,
)

Place: TypeAlias = tuple[Any, Any]
"""A container and the key or index of one of its values."""

SIZES: Final = (0, -1, 1, 2, 3, 2**30, 2**31, 2**40, 2**62, 2**63, 2**64, 10**40, 1e300, 1.5)
VALUES: Final[tuple[Any, ...]] = (
    *SIZES, None, True, False, "", "abc", "same", "relu", "channels_first", "float16", "bool", "3",
    "x0", "\ud800", "=1+1", "\x1b[2J", "a" * 3_000, [], {}, [[]], [None], [0], [1], [2, 2],
    [3, 3, 3], [-1], [1, "x"], [[1, 1], [1, 1]], [[0, 2**40]], [2**40, 2**40], [True], [1e300],
    {"a": 1}, {"class_name": "relu"}, {"class_name": "Dense", "config": {}},
    {"class_name": 3, "config": {"name": []}}, {"module": 3, "class_name": "Conv2D", "config": {}},
    {"class_name": "__keras_tensor__", "config": {}}, {"tensor": 0}, {"tensor": 9},
    {"config": {"name": {}}}, "NaN", "Infinity", float("nan"), float("-inf"), [float("nan")],
)  # fmt: skip


def old_sequential() -> JSON:
    made = old_input("i", 8, 8, 3), old_layer("Conv2D", "c", filters=2, kernel_size=[3, 3])
    return sequential(*made, old_layer("Flatten", "f"), module=None)


def operations() -> JSON:
    """A gate and attention by hand, in operations."""
    x = tensor("x", [None, 8, 4])
    product = op("Matmul", "product", node(x, tensor("turned", [None, 4, 8])))
    weights = op("Softmax", "weights", node(tensor("product", [None, 8, 8])), axis=-1)
    return model(
        [
            source("x", (None, 8, 4)),
            op("Transpose", "turned", node(x), axes=[0, 2, 1]),
            product,
            weights,
            op("Mean", "mean", node(tensor("weights", [None, 8, 8])), axis=[1], keepdims=True),
            op("Multiply", "gate", node(tensor("weights", [None, 8, 8]),
                                        tensor("mean", [None, 1, 8]))),
            op("Split", "parts", node(tensor("gate", [None, 8, 8])), indices_or_sections=2, axis=1),
            op("Einsum", "sum", node(tensor("parts", [None, 4, 8]),
                                     tensor("parts", [None, 4, 8], output=1)),
               subscripts="abc,abc->ab"),
            layer("Dense", "fc", node(tensor("sum", [None, 4])), units=2),
        ]
    )  # fmt: skip


MODELS: Final[dict[str, Callable[[], JSON]]] = {
    "residual": residual,
    "operations": operations,
    "nested": lambda: nested(3, calls=2),
    "sequential": lambda: sequential(
        bare("InputLayer", "i", batch_shape=[None, 8]), bare("Dense", "d", units=3)
    ),
    "Keras 2": old_functional,
    "Keras 2, nested": old_siamese,
    "Keras 2, Sequential": old_sequential,
    "shipped": lambda: json.loads(assets.read_bytes("models/tutorial_first_unit.json")),
}
MODULES: Final = ("keras.layers", "keras.src.ops.numpy", "keras.ops", "tensorflow",
                  "tf_keras.layers", "tensorflow.python.keras", "mine", None, 3)  # fmt: skip
SHAPES: Final[tuple[Any, ...]] = ([], [None], [None, 1], [2**40] * 3, [None, None, None, None, 3])
KINDS: Final = ("json", "keras", "h5")


@cache
def _texts() -> tuple[str, ...]:
    """Models as JSON: those of several layers, then one for each class of layers."""
    made = [make() for make in MODELS.values()] + [layer_model(name) for name in layer_entries()]
    return tuple(json.dumps(config) for config in made)


def mutant(number: int, folder: Path) -> Path:
    """The mutant ``number``, as a file in ``folder``; the same for the same number."""
    chance = random.Random(number)
    several = len(MODELS)
    index = chance.randrange(several) if chance.random() < 0.4 else chance.randrange(len(_texts()))
    text = _texts()[index]
    if chance.random() < 0.15:
        text = _reshaped(text, chance)
    config = json.loads(text)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        mutate(config, chance)
    kind = chance.choice(KINDS)
    path = _written(config, folder / f"mutant.{kind}", kind)
    if chance.random() < 0.1:
        path.write_bytes(_damaged(path.read_bytes(), chance))
    return path


def _reshaped(text: str, chance: random.Random) -> str:
    """``text`` with one tensor's shape replaced wherever it stands."""
    shape = chance.choice(re.findall(r'"(?:shape|batch_shape)": (\[[^]]*\])', text) or ["[]"])
    return text.replace(shape, json.dumps(chance.choice(SHAPES)))


def mutate(config: JSON, chance: random.Random) -> None:
    """Change one value, mostly a setting of a layer."""
    layers = [entry for entry in _layers(config) if isinstance(entry.get("config"), dict)]
    inside = chance.choice(layers)["config"] if layers and chance.random() < 0.75 else config
    places = list(_places(inside))
    if not places:
        return
    holder, key = chance.choice(places)
    change = chance.randrange(9)
    if change == 0:
        del holder[key]
    elif change == 1 and layers:
        chance.choice(layers)["class_name"] = chance.choice(list(layer_entries()))
    elif change == 2 and layers:
        chance.choice(layers)["inbound_nodes"] = chance.choice(
            ([{"args": [], "kwargs": {}}], [[]], [{"args": [[]], "kwargs": {}}])
        )
    elif change == 6 and layers and chance.random() < 0.5:
        chance.choice(layers)["module"] = chance.choice(MODULES)
    elif change == 3:
        source_of, name = chance.choice(places)
        holder[key] = deepcopy(source_of[name])
    elif change == 4 and isinstance(holder, dict) and layers:
        settings = chance.choice(list(layer_entries().values()))["config"]
        holder[chance.choice(list(settings))] = deepcopy(chance.choice(VALUES))
    elif change == 5 and isinstance(holder[key], list) and holder[key]:
        holder[key] = (
            holder[key][:-1] if chance.random() < 0.5 else [*holder[key], *deepcopy(holder[key])]
        )
    else:
        holder[key] = deepcopy(chance.choice(VALUES))


def _layers(config: Any) -> Iterator[JSON]:
    """All layers in a configuration, also in models and wrappers."""
    if isinstance(config, list):
        for item in config:
            yield from _layers(item)
    elif isinstance(config, dict):
        if "class_name" in config and isinstance(config.get("config"), dict):
            yield config
        for item in config.values():
            yield from _layers(item)


def _places(value: Any) -> Iterator[Place]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def _written(config: JSON, path: Path, kind: str) -> Path:
    if kind == "json":
        path.write_text(json.dumps(config))
        return path
    return zipped(path, config) if kind == "keras" else hdf5(path, config)


def _damaged(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(made) + 1)
        made[start : start + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 9))
    return bytes(made)
