"""Weights in ``.keras`` files: groups follow the objects that hold them, models have "layers"."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.graph.types import Graph, LayerCall
from resnet_viz.reading.container.hdf5_blocks import damaged_hdf5
from resnet_viz.reading.container.hdf5_tree import Hdf5Tree
from resnet_viz.reading.limits import MAX_NESTING
from resnet_viz.reading.weights.tree import WeightsByLayer, WeightShapes, WeightTree

_LAYERS: Final = ("layers", "_layer_checkpoint_dependencies")
_VARIABLES: Final = "vars"
_SEEDS: Final = "seed_generator"  # random state, not a weight
_TRAINING: Final = frozenset({"optimizer", "_optimizer", "loss", "metrics", "compiled_metrics"})


def weights_by_group(file: Hdf5Tree, graph: Graph) -> WeightsByLayer:
    """Weights of the layers of ``graph``, also of those in nested models.

    Keras saves an object where it first comes to it. So an empty group is inconclusive for a layer
    that was given another layer, and a variable that a layer holds both directly and in a layer
    inside is there twice: such layers are left out.
    """
    walk = _GroupWalk(WeightTree(file), graph)
    walk.read_model(walk.tree.children(walk.tree.root), "", 0)
    return walk.weights


class _Uncertain(Exception):  # noqa: N818 - not an error
    """The file doesn't say for certain which weights the layer has."""


class _GroupContent(msgspec.Struct):
    """Shapes of all weights in a layer's group, and the number of objects in it."""

    shapes: list[tuple[int, ...]]
    objects: int = 0


class _GroupWalk:
    def __init__(self, tree: WeightTree, graph: Graph) -> None:
        self.tree = tree
        self.weights: WeightsByLayer = {}
        self._calls = {call.layer: call for call in graph.calls}
        self._models = {scope.layer for scope in graph.scopes}
        self._visited: set[str] = set()

    def read_model(self, members: dict[str, int], prefix: str, depth: int) -> None:
        """Read the layers of a model with these group members; ``prefix`` precedes their names."""
        layers = next((members[key] for key in _LAYERS if key in members), None)
        if layers is None or depth > MAX_NESTING:
            return
        for item in self.tree.children(layers).values():
            inner = self.tree.children(item)
            name = self.tree.name(inner[_VARIABLES]) if _VARIABLES in inner else None
            if name is not None:
                self._read_layer(inner, prefix + name, depth)

    def _read_layer(self, members: dict[str, int], layer: str, depth: int) -> None:
        if layer in self._visited:  # "a/b" may be a layer of the model "a", or a name
            self.weights.pop(layer, None)
            return
        self._visited.add(layer)
        if layer in self._models:
            self.read_model(members, f"{layer}/", depth + 1)
        elif layer in self._calls:
            try:
                self.weights[layer] = self._shapes(members, self._calls[layer])
            except _Uncertain:
                return

    def _shapes(self, members: dict[str, int], call: LayerCall) -> WeightShapes:
        content = self._content(members, 0)
        if _has_setting(call.config, "lora_rank"):
            raise _Uncertain  # Keras saves such a layer as if LoRA had been merged
        if not content.objects and _has_layers(call.config):
            raise _Uncertain  # they were saved elsewhere
        return tuple(content.shapes)

    def _content(self, members: dict[str, int], depth: int) -> _GroupContent:
        if depth > MAX_NESTING:
            raise damaged_hdf5("its groups are nested too deep")
        own: list[tuple[int, ...]] = []
        inner = _GroupContent([])
        for name, item in members.items():
            if name.startswith(_SEEDS):
                continue
            if self.tree.is_dataset(item):
                raise _Uncertain
            children = self.tree.children(item)
            if name == _VARIABLES:
                own, children = self._variables(children)
                if not children:
                    continue
            content = self._content(children, depth + 1)
            if name in _TRAINING and content.shapes:
                raise _Uncertain
            inner.shapes += content.shapes
            inner.objects += 1 + content.objects
        if set(own) & set(inner.shapes):
            raise _Uncertain  # one of them may be the other
        return _GroupContent(own + inner.shapes, inner.objects)

    def _variables(self, children: dict[str, int]) -> tuple[list[tuple[int, ...]], dict[str, int]]:
        """Shapes of a layer's own variables in order, and the other members of their group."""
        values = {name: item for name, item in children.items() if self.tree.is_dataset(item)}
        numbers = [str(number) for number in range(len(values))]
        if set(values) != set(numbers):
            raise _Uncertain  # the class has its own save method
        shapes = [self.tree.shape(values[number]) for number in numbers]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(shapes):
            raise _Uncertain
        return known, {name: item for name, item in children.items() if name not in values}


def _has_setting(value: Any, key: str) -> bool:  # noqa: ANN401 - any JSON value of a configuration
    """True if ``key`` has a value anywhere in a configuration."""
    if isinstance(value, dict):
        return bool(value.get(key)) or any(_has_setting(item, key) for item in value.values())
    return isinstance(value, list) and any(_has_setting(item, key) for item in value)


def _has_layers(value: Any) -> bool:  # noqa: ANN401 - any JSON value of a configuration
    """True if a configuration contains layers: entries whose own configuration has "trainable"."""
    if isinstance(value, list):
        return any(map(_has_layers, value))
    if not isinstance(value, dict):
        return False
    inner = value.get("config")
    if "class_name" in value and isinstance(inner, dict) and "trainable" in inner:
        return True
    return any(map(_has_layers, value.values()))
