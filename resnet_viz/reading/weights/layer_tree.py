"""Tree of layers named by a model file's weights, for files without recorded connections.

Only names and shapes are read, from HDF5 headers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from resnet_viz.errors import ModelError
from resnet_viz.graph.layer_tree import (
    MAX_DEPTH,
    LayerNode,
    UntracedError,
    count_layers,
    count_parameters,
    printable_line,
)
from resnet_viz.reading.container.hdf5_blocks import SIGNATURE, damaged_hdf5
from resnet_viz.reading.container.hdf5_tree import Hdf5Tree
from resnet_viz.reading.errors import Unreadable, model_error
from resnet_viz.reading.limits import MAX_SIZE
from resnet_viz.reading.weights.read_weights import open_weights, variable_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from resnet_viz.reading.errors import Unconnected

_VARIABLES: Final = "vars"
_LISTS: Final = frozenset({"layers", "_layer_checkpoint_dependencies"})
_NOT_LAYERS: Final = frozenset({"optimizer", "top_level_model_weights"})


def unconnected_error(path: str | Path, reason: Unconnected) -> ModelError:
    """The error for the file ``path``, with the tree of layers if its weights name any."""
    message = model_error(str(path), reason).message
    try:
        layers = layers_in_file(path)
    except Unreadable as error:
        return ModelError(f"{message} Its layers can't be listed either: {error}.")
    if layers:
        count = count_layers(layers)
        summary = f"Its weights name {count:,} layer{'s' if count != 1 else ''}."
        return UntracedError(f"{message} {summary}", layers=layers)
    if reason.is_model:
        message += " Its layers can't be listed either: the file has no weights that name them."
    return ModelError(message)


def layers_in_file(path: str | Path) -> tuple[LayerNode, ...]:
    """Tree of layers in the weights of a ``.keras`` or HDF5 file; () if it has none.

    Raises:
        Unreadable: the weights are damaged, or stored in an unsupported way.
    """
    try:
        with Path(path).open("rb") as file:
            head = file.read(len(SIGNATURE))
            if head == SIGNATURE:
                return _LayerTreeReader(Hdf5Tree(file)).layers()
            if not head.startswith(b"PK"):
                return ()
            with open_weights(file) as weights:
                return () if weights is None else _LayerTreeReader(Hdf5Tree(weights)).layers()
    except OSError:
        raise Unreadable("the file can no longer be read") from None


class _LayerTreeReader:
    """Reads the tree from a file of weights; a group with several links counts once."""

    def __init__(self, tree: Hdf5Tree) -> None:
        self._tree = tree
        self._seen = {tree.root}

    def layers(self) -> tuple[LayerNode, ...]:
        """The tree of layers; () if the file is not Keras's or names no layers."""
        tree, top = self._tree, self._tree.children(self._tree.root)
        if _VARIABLES in top or _LISTS & top.keys():
            return tuple(self._keras3_layers(tree.root, 0))
        if tree.text(tree.root, "keras_version") is None:
            return ()
        weights = top.get("model_weights")  # only in the file of a whole model
        return tuple(self._keras2_layers(top if weights is None else tree.children(weights), 0))

    def _groups(self, items: dict[str, int], depth: int) -> Iterator[tuple[str, int]]:
        """Groups among ``items`` that may be layers, in natural order of their names."""
        for name, item in sorted(items.items(), key=lambda pair: natural_order(pair[0])):
            is_other = name == _VARIABLES or (depth == 0 and name in _NOT_LAYERS)
            if is_other or item in self._seen or depth > MAX_DEPTH:
                continue
            self._seen.add(item)
            if self._tree.shape(item) is None:
                yield name, item

    def _keras3_layers(self, group: int, depth: int) -> Iterator[LayerNode]:
        """Layers in a Keras 3 group; Keras's own lists are not a level of the tree."""
        for name, item in self._groups(self._tree.children(group), depth):
            if name in _LISTS:
                yield from self._keras3_layers(item, depth + 1)
            else:
                yield self._layer(name, item, depth)

    def _layer(self, name: str, item: int, depth: int) -> LayerNode:
        own = self._tree.children(item).get(_VARIABLES)
        stored = None if own is None else self._tree.text(own, "name")
        variables = {} if own is None else self._tree.children(own)
        weights = self._shapes(variables[key] for key in sorted(variables, key=variable_order))
        label = stored.decode("utf-8", "replace") if stored else name
        layers = tuple(self._keras3_layers(item, depth + 1))
        return _node(label, weights, layers, is_layer=own is not None)

    def _keras2_layers(self, items: dict[str, int], depth: int) -> Iterator[LayerNode]:
        """Layers in Keras 2 groups, which may contain a group of the same name."""
        for name, item in self._groups(items, depth):
            inner = self._tree.children(item)
            while list(inner) == [name] and inner[name] not in self._seen:
                namesake = inner[name]
                if self._tree.shape(namesake) is not None:
                    break
                self._seen.add(namesake)
                inner = self._tree.children(namesake)
            weights = self._shapes(inner.values())
            yield _node(name, weights, tuple(self._keras2_layers(inner, depth + 1)))

    def _shapes(self, items: Iterable[int]) -> tuple[tuple[int, ...], ...]:
        shapes = (self._tree.shape(item) for item in items)
        return tuple(shape for shape in shapes if shape is not None)


def _node(
    name: str,
    weights: tuple[tuple[int, ...], ...],
    layers: tuple[LayerNode, ...],
    *,
    is_layer: bool = True,
) -> LayerNode:
    parameters = count_parameters(weights) + sum(layer.parameters or 0 for layer in layers)
    if parameters > MAX_SIZE:
        raise damaged_hdf5("its weights are impossibly large")
    return LayerNode(printable_line(name), None, weights, parameters, layers, is_layer)


def natural_order(name: str) -> tuple[str, int]:
    """Sort key that puts "conv2d_2" before "conv2d_10"."""
    stem, bar, number = name.rpartition("_")
    if bar and number.isdecimal() and len(number) < 9:
        return (stem, int(number))
    return (name, 0)
