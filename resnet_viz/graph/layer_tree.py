"""Tree of a model's layers with names and weights, for models whose calls are unknown."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from resnet_viz.errors import ModelError
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.graph.types import Width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_DEPTH: Final = 60
"""Nesting of layers; deeper ones are left out."""
_MAX_NAME: Final = 200
_MAX_WEIGHTS: Final = 12  # listed for one layer


class LayerNode(msgspec.Struct, frozen=True):
    """A layer, or a named container of layers (a list of blocks, say).

    Attributes:
        name: as in the model or its file.
        type: name of the class; None if unknown.
        weights: shapes of its own weights, without those of ``layers``; None before it is built.
        parameters: number of parameters, those of ``layers`` included, each counted once; None if
            something in it is not built.
        layers: layers inside it.
        is_layer: False for a mere container.
    """

    name: str
    type: str | None
    weights: tuple[tuple[Width, ...], ...] | None
    parameters: Annotated[int, msgspec.Meta(ge=0)] | None
    layers: tuple[LayerNode, ...] = ()
    is_layer: bool = True


class UntracedError(ModelError):
    """A model can't be drawn, since the connections of its layers are unknown.

    Attributes:
        layers: the tree of its layers.
    """

    def __init__(self, message: str, *, layers: tuple[LayerNode, ...]) -> None:
        super().__init__(message, details=tree_text(layers))
        self.layers = layers


def printable_line(text: str, *, longest: int = _MAX_NAME) -> str:
    """An untrusted text on one line, cut to its longest length, without control characters."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(letter if letter.isprintable() else "?" for letter in short)


def walk_layers(layers: Sequence[LayerNode], depth: int = 0) -> Iterator[tuple[int, LayerNode]]:
    """Every node with its depth, in pre-order."""
    for layer in layers:
        yield depth, layer
        yield from walk_layers(layer.layers, depth + 1)


def count_layers(layers: Sequence[LayerNode]) -> int:
    """Number of layers, nested ones included."""
    return sum(node.is_layer for _, node in walk_layers(layers))


def count_parameters(shapes: Iterable[Sequence[int]]) -> int:
    """Number of parameters in weights of these ``shapes``."""
    return sum(prod(shape) for shape in shapes)


def parameters_text(node: LayerNode) -> str:
    """The node's number of parameters: "1,728"; "–" if unknown."""
    return UNKNOWN_TEXT if node.parameters is None else f"{node.parameters:,}"


def weights_text(node: LayerNode) -> str:
    """Shapes of the node's weights: "3×3×3×64, 64"; "–" if unknown, "" for none, cut after 12."""
    if node.weights is None:
        return UNKNOWN_TEXT
    shown = node.weights[:_MAX_WEIGHTS]
    texts = ["×".join(map(str, shape)) or "scalar" for shape in shown]
    if len(shown) < len(node.weights):
        texts.append(f"… and {len(node.weights) - len(shown):,} more")
    return ", ".join(texts)


def tree_text(layers: Sequence[LayerNode], *, most: int | None = None) -> str:
    """Table of the tree, one line for each node, indented by depth; cut after ``most`` lines.

    The class column is left out if no class is known.
    """
    nodes = list(walk_layers(layers))
    shown = nodes if most is None else nodes[:most]
    rows = [("Layer", "Class", "Parameters", "Weights")]
    rows += [
        ("  " * depth + node.name, node.type or "", parameters_text(node), weights_text(node))
        for depth, node in shown
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    has_types = any(node.type for _, node in shown)
    lines = []
    for name, class_name, parameters, weights in rows:
        parts = [name.ljust(widths[0]), parameters.rjust(widths[2]), weights]
        if has_types:
            parts.insert(1, class_name.ljust(widths[1]))
        lines.append("  ".join(parts).rstrip())
    omitted = len(nodes) - len(shown)
    if omitted:
        lines.append(f"… and {omitted:,} more")
    return "\n".join(lines)
