"""The layers of a model whose calls nobody knows: what is in what, with names and weights."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

import msgspec

from resnet_viz.errors import ModelError
from resnet_viz.graph.shapes import UNKNOWN_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_DEPTH: Final = 60
"""Layers in layers; deeper ones are left out."""
_LONGEST: Final = 200
_MOST_WEIGHTS: Final = 12
"""Of one layer that are listed."""


class LayerNode(msgspec.Struct, frozen=True):
    """A layer, or what holds layers under a name (a list of blocks, say).

    Attributes:
        name: as the model or its file has it.
        type: its class; None if nothing says it.
        weights: shapes of its own weights, without those of ``layers``; None before it is built.
        parameters: numbers in all its weights, those of ``layers`` too, each counted once; None if
            something in it is not built.
        layers: what it holds.
        is_layer: whether it is one, and not just a name for some.
    """

    name: str
    type: str | None
    weights: tuple[tuple[int, ...], ...] | None
    parameters: int | None
    layers: tuple[LayerNode, ...] = ()
    is_layer: bool = True


class UntracedError(ModelError):
    """A model can't be drawn, since nothing tells how its layers are connected.

    Attributes:
        layers: what is known of it.
    """

    def __init__(self, message: str, *, layers: tuple[LayerNode, ...]) -> None:
        super().__init__(message, details=tree_text(layers))
        self.layers = layers


def printable_name(name: str) -> str:
    """A name from outside on one line, not too long, without what would steer a terminal."""
    short = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    return "".join(letter if letter.isprintable() else "?" for letter in short)


def walk_layers(layers: Sequence[LayerNode], depth: int = 0) -> Iterator[tuple[int, LayerNode]]:
    """Every node with how deep it lies, a node before what it holds."""
    for layer in layers:
        yield depth, layer
        yield from walk_layers(layer.layers, depth + 1)


def count_layers(layers: Sequence[LayerNode]) -> int:
    """How many layers there are, those in others too."""
    return sum(node.is_layer for _, node in walk_layers(layers))


def count_parameters(shapes: Iterable[Sequence[int]]) -> int:
    """How many numbers weights of these ``shapes`` hold."""
    return sum(prod(shape) for shape in shapes)


def parameters_text(node: LayerNode) -> str:
    """Like "1,728"; "–" if unknown."""
    return UNKNOWN_TEXT if node.parameters is None else f"{node.parameters:,}"


def weights_text(node: LayerNode) -> str:
    """Like "3×3×3×64, 64"; "–" if unknown, empty without weights; of many only the first."""
    if node.weights is None:
        return UNKNOWN_TEXT
    shown = node.weights[:_MOST_WEIGHTS]
    texts = ["×".join(map(str, shape)) or "scalar" for shape in shown]
    if len(shown) < len(node.weights):
        texts.append(f"… and {len(node.weights) - len(shown):,} more")
    return ", ".join(texts)


def tree_text(layers: Sequence[LayerNode], *, most: int | None = None) -> str:
    """A table with a line each, indented by depth; after ``most`` lines, how many are left out.

    A column in which nothing is known is left out.
    """
    nodes = list(walk_layers(layers))
    shown = nodes if most is None else nodes[:most]
    rows = [("Layer", "Class", "Parameters", "Weights")]
    rows += [
        ("  " * depth + node.name, node.type or "", parameters_text(node), weights_text(node))
        for depth, node in shown
    ]
    wide = [max(len(row[column]) for row in rows) for column in range(4)]
    has_types = any(node.type for _, node in shown)
    lines = []
    for name, kind, parameters, weights in rows:
        parts = [name.ljust(wide[0]), parameters.rjust(wide[2]), weights]
        if has_types:
            parts.insert(1, kind.ljust(wide[1]))
        lines.append("  ".join(parts).rstrip())
    left = len(nodes) - len(shown)
    if left:
        lines.append(f"… and {left:,} more")
    return "\n".join(lines)
