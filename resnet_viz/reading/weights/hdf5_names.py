"""Weights in an HDF5 file: a group for each layer of the model, in it paths of variables.

A nested model has one group for all that is in it; there the paths say whose a variable is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.graph.types import Graph
from resnet_viz.reading.container.hdf5_tree import Hdf5
from resnet_viz.reading.limits import MAX_COMPARISONS
from resnet_viz.reading.weights.tree import Found, WeightTree


class _Leaf(msgspec.Struct, frozen=True):
    """A layer in a nested model: its name, and those of all models around it, outermost first."""

    layer: str
    name: str
    around: tuple[str, ...]


def by_name(file: Hdf5, graph: Graph) -> Found:
    """The weights of the layers of ``graph``.

    Keras saves for each layer of the model all of its weights, those of layers in it too. Which
    of a nested model's weights belong to which layer in it is told only if every one of them can
    be told.
    """
    tree = WeightTree(file)
    top = tree.children(tree.root)
    if "model_weights" not in top:
        return {}
    found: Found = {}
    leaves, sharing = _leaves(graph), _Sharing(tree)
    groups = tree.children(top["model_weights"])
    # A layer named "a/b" lies in the group of one named "a": then neither can be told.
    names = {call.layer for call in graph.calls if not call.scope}
    blurred = {name.partition("/")[0] for name in names if "/" in name}
    for name, group in groups.items():
        if name in blurred or tree.is_dataset(group):
            continue
        if name in leaves:
            found.update(sharing.out(group, leaves[name]))
        elif name in names:
            shapes = [shape for _path, shape in tree.datasets(group)]
            known = tuple(shape for shape in shapes if shape is not None)
            if len(known) == len(shapes):
                found[name] = known
    return found


def _leaves(graph: Graph) -> dict[str, dict[str, list[_Leaf]]]:
    """By each outermost nested model, by name, the layers in it."""
    chains: dict[str, tuple[str, ...]] = {"": ()}
    layers = {"": ""}
    for scope in graph.scopes:  # outer ones first
        name = _last(scope.layer, layers[scope.parent])
        chains[scope.id] = (*chains[scope.parent], name)
        layers[scope.id] = scope.layer
    found: dict[str, dict[str, list[_Leaf]]] = {}
    seen: set[str] = set()
    for call in graph.calls:
        if not call.scope or call.layer in seen:
            continue
        seen.add(call.layer)
        around, name = chains[call.scope], _last(call.layer, layers[call.scope])
        leaf = _Leaf(call.layer, name, (graph.name, *around))
        found.setdefault(around[0], {}).setdefault(name, []).append(leaf)
    return found


def _last(layer: str, around: str) -> str:
    """A layer's own name: "dense" of "outer/dense"."""
    return layer[len(around) :].lstrip("/") if around else layer


class _Sharing:
    """Shares out weights; a small file may hold thousands of them and of layers of one name."""

    def __init__(self, tree: WeightTree) -> None:
        self._tree = tree
        self._comparisons_left = MAX_COMPARISONS

    def out(self, group: int, leaves: dict[str, list[_Leaf]]) -> Found:
        """The weights of a nested model, to the layers in it; nothing if one can't be told."""
        found: dict[str, list[tuple[int, ...]]] = {
            leaf.layer: [] for same in leaves.values() for leaf in same
        }
        work = {name: sum(1 + len(leaf.around) for leaf in same) for name, same in leaves.items()}
        doubtful: set[str] = set()
        for path, shape in self._tree.datasets(group):
            self._comparisons_left -= sum(work.get(name, 0) for name in path[:-1])
            fitting = _fitting(path, leaves) if self._comparisons_left >= 0 else []
            if not fitting:
                return {}
            if shape is None or len(fitting) > 1:
                doubtful.update(fitting)
            else:
                found[fitting[0]].append(shape)
        return {layer: tuple(shapes) for layer, shapes in found.items() if layer not in doubtful}


def _fitting(path: Sequence[str], leaves: dict[str, list[_Leaf]]) -> list[str]:
    """The layers that the variable at ``path`` may belong to.

    Models around a layer are in the path if the layer was built in them, and are not if it was
    built before.
    """
    found: list[str] = []
    for place, name in enumerate(path[:-1]):
        before = path[:place]
        found += [leaf.layer for leaf in leaves.get(name, ()) if _runs_through(before, leaf.around)]
    return list(dict.fromkeys(found))


def _runs_through(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether ``part`` is ``whole`` with some of it left out."""
    rest = iter(whole)
    return all(name in rest for name in part)
