"""Edges of the graph lifted to the visible tree: the tensors between a container's children."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.types import Link, Node

BORDER = ""


class Links(msgspec.Struct, frozen=True):
    """The tensors in one container.

    Attributes:
        inner: between children, by source and target in the children's order.
        entering: from the border to a child, by child.
        leaving: from a child to the border, by child.
    """

    inner: tuple[Link, ...]
    entering: tuple[Link, ...]
    leaving: tuple[Link, ...]


def shortcut_steps(structure: Structure) -> dict[tuple[TensorRef, str], str]:
    """The shortcut's id for each edge (tensor, consumer) on a shortcut's path."""
    steps: dict[tuple[TensorRef, str], str] = {}
    by_id = structure.graph.by_id
    for shortcut in structure.shortcuts:
        tensor = shortcut.source
        for call in (*shortcut.calls, shortcut.join):
            inputs = by_id[call].inputs
            if tensor not in inputs:  # a path that itself forks: its later steps are plain edges
                break
            steps.setdefault((tensor, call), shortcut.id)
            tensor = TensorRef(call, 0)
    return steps


class Lifter:
    """Lifts the graph's edges into containers; made once for a picture."""

    def __init__(self, structure: Structure) -> None:
        self._edges = structure.graph.edges
        self._outputs = frozenset(structure.graph.outputs)
        self._steps = shortcut_steps(structure)
        self._into: dict[str, list[TensorRef]] = {}
        self._out_of: dict[TensorRef, list[str]] = {}
        for edge in self._edges:
            self._into.setdefault(edge.target, []).append(edge.source)
            self._out_of.setdefault(edge.source, []).append(edge.target)
        self._outputs_of: dict[str, list[TensorRef]] = {}
        for call in structure.graph.calls:
            self._outputs_of[call.id] = [
                TensorRef(call.id, output) for output in range(len(call.outputs))
            ]

    def links(self, container: Node) -> Links:
        """The links of a container's children with each other and with the border."""
        home = {call: child.key for child in container.children for call in child.calls}
        order = {child.key: index for index, child in enumerate(container.children)}
        inner: dict[tuple[str, str, TensorRef], set[str]] = {}
        entering: dict[tuple[str, str, TensorRef], set[str]] = {}
        leaving: dict[tuple[str, str, TensorRef], set[str]] = {}
        for call, child in home.items():
            for tensor in self._into.get(call, ()):
                source = home.get(tensor.call)
                if source == child:
                    continue
                links = entering if source is None else inner
                key = (source or BORDER, child, tensor)
                links.setdefault(key, set()).add(self._steps.get((tensor, call), ""))
            for tensor in self._outputs_of[call]:
                outside = [t for t in self._out_of.get(tensor, ()) if t not in home]
                if outside or self.ends_here(tensor):
                    leaving[(child, BORDER, tensor)] = {
                        self._steps.get((tensor, target), "") for target in outside
                    } or {""}
        return Links(*(_sorted(links, order) for links in (inner, entering, leaving)))

    def ends_here(self, tensor: TensorRef) -> bool:
        """True if the tensor is an output of the model that no call consumes."""
        return tensor in self._outputs and tensor not in self._out_of


def _sorted(
    shortcuts: dict[tuple[str, str, TensorRef], set[str]], order: dict[str, int]
) -> tuple[Link, ...]:
    links = [
        Link(source, target, tensor, next(iter(ids)) if len(ids) == 1 else "")
        for (source, target, tensor), ids in shortcuts.items()
    ]
    links.sort(key=lambda link: (order.get(link.source, -1), order.get(link.target, -1)))
    return tuple(links)
