"""The layers that a model file's weights name, where its configuration does not connect them.

Only names and shapes are read, from the headers of the weights' HDF5 file; no weight is.
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
    printable_name,
)
from resnet_viz.reading.container.hdf5_blocks import SIGNATURE, damaged
from resnet_viz.reading.container.hdf5_tree import Hdf5
from resnet_viz.reading.errors import Unreadable, model_error
from resnet_viz.reading.limits import MAX_SIZE
from resnet_viz.reading.weights.read_weights import opened_weights, order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from resnet_viz.reading.errors import Unconnected

_VARIABLES: Final = "vars"
_LISTS: Final = frozenset({"layers", "_layer_checkpoint_dependencies"})
_NO_LAYER: Final = frozenset({"optimizer", "top_level_model_weights"})


def unconnected_error(path: str | Path, reason: Unconnected) -> ModelError:
    """What is said of the file ``path`` that names layers at most: with their tree if it does."""
    message = model_error(str(path), reason).message
    try:
        layers = file_layers(path)
    except Unreadable as why:
        return ModelError(f"{message} Its layers can't be listed either: {why}.")
    if layers:
        count = count_layers(layers)
        known = f"Its weights name {count:,} layer{'s' if count != 1 else ''}."
        return UntracedError(f"{message} {known}", layers=layers)
    if reason.is_model:
        message += " Its layers can't be listed either: the file has no weights that name them."
    return ModelError(message)


def file_layers(path: str | Path) -> tuple[LayerNode, ...]:
    """The tree of layers in the weights of a ``.keras`` or HDF5 file; () if it has none.

    Raises:
        Unreadable: the weights are damaged, or stored in a way that isn't supported.
    """
    try:
        with Path(path).open("rb") as file:
            head = file.read(len(SIGNATURE))
            if head == SIGNATURE:
                return _Weights(Hdf5(file)).layers()
            if not head.startswith(b"PK"):
                return ()
            with opened_weights(file) as weights:
                return () if weights is None else _Weights(Hdf5(weights)).layers()
    except OSError:
        raise Unreadable("the file can't be read any more") from None


class _Weights:
    """A file of weights; every group counts once, whatever links to it."""

    def __init__(self, tree: Hdf5) -> None:
        self._tree = tree
        self._seen = {tree.root}

    def layers(self) -> tuple[LayerNode, ...]:
        """The tree of its layers; () if it is not Keras's or says nothing of layers."""
        tree, top = self._tree, self._tree.children(self._tree.root)
        if _VARIABLES in top or _LISTS & top.keys():
            return tuple(self._held(tree.root, 0))
        if tree.text(tree.root, "keras_version") is None:
            return ()
        whole = top.get("model_weights")  # in the file of a whole model
        return tuple(self._folders(top if whole is None else tree.children(whole), 0))

    def _groups(self, items: dict[str, int], depth: int) -> Iterator[tuple[str, int]]:
        """The groups among ``items`` that may be layers, in the order of their names."""
        for name, item in sorted(items.items(), key=lambda pair: natural(pair[0])):
            is_other = name == _VARIABLES or (depth == 0 and name in _NO_LAYER)
            if is_other or item in self._seen or depth > MAX_DEPTH:
                continue
            self._seen.add(item)
            if self._tree.shape(item) is None:
                yield name, item

    def _held(self, group: int, depth: int) -> Iterator[LayerNode]:
        """The layers in a group of Keras 3; the lists that Keras itself keeps are no level."""
        for name, item in self._groups(self._tree.children(group), depth):
            if name in _LISTS:
                yield from self._held(item, depth + 1)
            else:
                yield self._layer(name, item, depth)

    def _layer(self, name: str, item: int, depth: int) -> LayerNode:
        own = self._tree.children(item).get(_VARIABLES)
        called = None if own is None else self._tree.text(own, "name")
        variables = {} if own is None else self._tree.children(own)
        weights = self._shapes(variables[key] for key in sorted(variables, key=order))
        shown = called.decode("utf-8", "replace") if called else name
        layers = tuple(self._held(item, depth + 1))
        return _node(shown, weights, layers, is_layer=own is not None)

    def _folders(self, items: dict[str, int], depth: int) -> Iterator[LayerNode]:
        """The layers of Keras 2: folders, in which a layer's name may come again."""
        for name, item in self._groups(items, depth):
            inner = self._tree.children(item)
            while list(inner) == [name] and inner[name] not in self._seen:
                again = inner[name]
                if self._tree.shape(again) is not None:
                    break
                self._seen.add(again)
                inner = self._tree.children(again)
            weights = self._shapes(inner.values())
            yield _node(name, weights, tuple(self._folders(inner, depth + 1)))

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
        raise damaged("weights are larger than any model's")
    return LayerNode(printable_name(name), None, weights, parameters, layers, is_layer)


def natural(name: str) -> tuple[str, int]:
    """Puts "conv2d_2" before "conv2d_10"."""
    stem, bar, number = name.rpartition("_")
    if bar and number.isdecimal() and len(number) < 9:
        return (stem, int(number))
    return (name, 0)
