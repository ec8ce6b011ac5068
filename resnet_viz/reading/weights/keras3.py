"""Weights in a ``.keras`` file: groups follow the objects that hold them, models have "layers"."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.graph.types import Graph, LayerCall
from resnet_viz.reading.container.hdf5_blocks import damaged
from resnet_viz.reading.container.hdf5_tree import Hdf5
from resnet_viz.reading.limits import MAX_NESTING
from resnet_viz.reading.weights.tree import Found, Shapes, WeightTree

_LAYERS: Final = ("layers", "_layer_checkpoint_dependencies")
_VARIABLES: Final = "vars"
_SEEDS: Final = "seed_generator"  # the state of random numbers is no weight
_TRAINING: Final = frozenset({"optimizer", "_optimizer", "loss", "metrics", "compiled_metrics"})


def by_layer(file: Hdf5, graph: Graph) -> Found:
    """The weights of the layers of ``graph``, nested models followed.

    Keras saves an object where it comes to it first. So a group with nothing in it says nothing
    of a layer that was given another layer, and a variable that a layer holds itself and in a
    layer inside is there twice: such layers are left out.
    """
    walk = _WeightWalk(WeightTree(file), graph)
    walk.model(walk.tree.children(walk.tree.root), "", 0)
    return walk.found


class _Unsure(Exception):  # noqa: N818 - not an error: the file doesn't say
    """The file doesn't say for certain what the layer has."""


class _Inside(msgspec.Struct):
    """What lies in a layer's group: shapes of all weights, and how many objects are in it."""

    shapes: list[tuple[int, ...]]
    objects: int = 0


class _WeightWalk:
    def __init__(self, tree: WeightTree, graph: Graph) -> None:
        self.tree = tree
        self.found: Found = {}
        self._calls = {call.layer: call for call in graph.calls}
        self._models = {scope.layer for scope in graph.scopes}
        self._named: set[str] = set()

    def model(self, parts: dict[str, int], around: str, depth: int) -> None:
        """The layers of the model that has these parts; ``around`` precedes their names."""
        layers = next((parts[key] for key in _LAYERS if key in parts), None)
        if layers is None or depth > MAX_NESTING:
            return
        for item in self.tree.children(layers).values():
            inner = self.tree.children(item)
            name = self.tree.name(inner[_VARIABLES]) if _VARIABLES in inner else None
            if name is not None:
                self._layer(inner, around + name, depth)

    def _layer(self, parts: dict[str, int], layer: str, depth: int) -> None:
        if layer in self._named:  # "a/b" may be a layer of the model "a", and a name
            self.found.pop(layer, None)
            return
        self._named.add(layer)
        if layer in self._models:
            self.model(parts, f"{layer}/", depth + 1)
        elif layer in self._calls:
            try:
                self.found[layer] = self._weights(parts, self._calls[layer])
            except _Unsure:
                return

    def _weights(self, parts: dict[str, int], call: LayerCall) -> Shapes:
        inside = self._below(parts, 0)
        if _holds(call.config, "lora_rank"):
            raise _Unsure  # Keras saves such a layer as if it had been merged
        if not inside.objects and _has_layers(call.config):
            raise _Unsure  # they were saved elsewhere
        return tuple(inside.shapes)

    def _below(self, parts: dict[str, int], depth: int) -> _Inside:
        if depth > MAX_NESTING:
            raise damaged("its groups lie too deep in each other")
        own: list[tuple[int, ...]] = []
        inner = _Inside([])
        for name, item in parts.items():
            if name.startswith(_SEEDS):
                continue
            if self.tree.is_dataset(item):
                raise _Unsure
            children = self.tree.children(item)
            if name == _VARIABLES:
                own, children = self._variables(children)
                if not children:
                    continue
            found = self._below(children, depth + 1)
            if name in _TRAINING and found.shapes:
                raise _Unsure
            inner.shapes += found.shapes
            inner.objects += 1 + found.objects
        if set(own) & set(inner.shapes):
            raise _Unsure  # one of them may be the other
        return _Inside(own + inner.shapes, inner.objects)

    def _variables(self, children: dict[str, int]) -> tuple[list[tuple[int, ...]], dict[str, int]]:
        """Shapes of a layer's own variables in their order, and what else is in their group."""
        values = {name: item for name, item in children.items() if self.tree.is_dataset(item)}
        numbers = [str(number) for number in range(len(values))]
        if set(values) != set(numbers):
            raise _Unsure  # the class saves itself in a way of its own
        shapes = [self.tree.shape(values[number]) for number in numbers]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(shapes):
            raise _Unsure
        return known, {name: item for name, item in children.items() if name not in values}


def _holds(value: Any, key: str) -> bool:  # noqa: ANN401 - any JSON value of a configuration
    """Whether ``key`` has a value somewhere in a configuration."""
    if isinstance(value, dict):
        return bool(value.get(key)) or any(_holds(one, key) for one in value.values())
    return isinstance(value, list) and any(_holds(one, key) for one in value)


def _has_layers(value: Any) -> bool:  # noqa: ANN401 - any JSON value of a configuration
    """Whether a configuration has layers in it: entries whose own configuration says trainable."""
    if isinstance(value, list):
        return any(map(_has_layers, value))
    if not isinstance(value, dict):
        return False
    inner = value.get("config")
    if "class_name" in value and isinstance(inner, dict) and "trainable" in inner:
        return True
    return any(map(_has_layers, value.values()))
