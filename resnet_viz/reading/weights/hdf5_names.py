"""Weights in HDF5 files: a group for each layer of the model, with paths of variables in it.

A nested model has one group for all its layers; the paths tell which layer owns a variable.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.graph.types import Graph
from resnet_viz.reading.container.hdf5_tree import Hdf5Tree
from resnet_viz.reading.limits import MAX_COMPARISONS
from resnet_viz.reading.weights.tree import WeightsByLayer, WeightTree


class _Leaf(msgspec.Struct, frozen=True):
    """A layer in a nested model.

    Attributes:
        layer: its ``LayerCall.layer``.
        name: its own name.
        parents: names of the models around it, outermost first.
    """

    layer: str
    name: str
    parents: tuple[str, ...]


def weights_by_path(file: Hdf5Tree, graph: Graph) -> WeightsByLayer:
    """Weights of the layers of ``graph``.

    Keras saves for each layer of the model all of its weights, those of layers in it too. The
    weights of a nested model are assigned to its layers only if that is possible for all of them.
    """
    tree = WeightTree(file)
    top = tree.children(tree.root)
    if "model_weights" not in top:
        return {}
    weights: WeightsByLayer = {}
    leaves, assigner = _leaves(graph), _WeightAssigner(tree)
    groups = tree.children(top["model_weights"])
    # A layer named "a/b" lies in the group of one named "a": the two can't be separated.
    names = {call.layer for call in graph.calls if not call.scope}
    ambiguous = {name.partition("/")[0] for name in names if "/" in name}
    for name, group in groups.items():
        if name in ambiguous or tree.is_dataset(group):
            continue
        if name in leaves:
            weights.update(assigner.assign(group, leaves[name]))
        elif name in names:
            shapes = [shape for _path, shape in tree.datasets(group)]
            known = tuple(shape for shape in shapes if shape is not None)
            if len(known) == len(shapes):
                weights[name] = known
    return weights


def _leaves(graph: Graph) -> dict[str, dict[str, list[_Leaf]]]:
    """Layers in nested models, by outermost model and by their own name."""
    chains: dict[str, tuple[str, ...]] = {"": ()}
    layers = {"": ""}
    for scope in graph.scopes:  # outer ones first
        name = _own_name(scope.layer, layers[scope.parent])
        chains[scope.id] = (*chains[scope.parent], name)
        layers[scope.id] = scope.layer
    leaves: dict[str, dict[str, list[_Leaf]]] = {}
    seen: set[str] = set()
    for call in graph.calls:
        if not call.scope or call.layer in seen:
            continue
        seen.add(call.layer)
        chain, name = chains[call.scope], _own_name(call.layer, layers[call.scope])
        leaf = _Leaf(call.layer, name, (graph.name, *chain))
        leaves.setdefault(chain[0], {}).setdefault(name, []).append(leaf)
    return leaves


def _own_name(layer: str, parent: str) -> str:
    """A layer's own name: "dense" of "outer/dense"."""
    return layer[len(parent) :].lstrip("/") if parent else layer


class _WeightAssigner:
    """Assigns weights to layers; a small file may hold thousands of both with the same name."""

    def __init__(self, tree: WeightTree) -> None:
        self._tree = tree
        self._comparisons_left = MAX_COMPARISONS

    def assign(self, group: int, leaves: dict[str, list[_Leaf]]) -> WeightsByLayer:
        """Weights of a nested model by layer; empty if one weight fits no layer."""
        weights: dict[str, list[tuple[int, ...]]] = {
            leaf.layer: [] for namesakes in leaves.values() for leaf in namesakes
        }
        work = {
            name: sum(1 + len(leaf.parents) for leaf in namesakes)
            for name, namesakes in leaves.items()
        }
        ambiguous: set[str] = set()
        for path, shape in self._tree.datasets(group):
            self._comparisons_left -= sum(work.get(name, 0) for name in path[:-1])
            fitting = _fitting(path, leaves) if self._comparisons_left >= 0 else []
            if not fitting:
                return {}
            if shape is None or len(fitting) > 1:
                ambiguous.update(fitting)
            else:
                weights[fitting[0]].append(shape)
        return {layer: tuple(shapes) for layer, shapes in weights.items() if layer not in ambiguous}


def _fitting(path: Sequence[str], leaves: dict[str, list[_Leaf]]) -> list[str]:
    """Layers that the variable at ``path`` may belong to.

    The path contains the models around a layer in which it was built, and not those around it
    later.
    """
    fitting = {
        leaf.layer: None
        for index, name in enumerate(path[:-1])
        for leaf in leaves.get(name, ())
        if _is_subsequence(path[:index], leaf.parents)
    }
    return list(fitting)


def _is_subsequence(part: Sequence[str], whole: Sequence[str]) -> bool:
    """True if ``part`` is ``whole`` with items left out."""
    rest = iter(whole)
    return all(name in rest for name in part)
