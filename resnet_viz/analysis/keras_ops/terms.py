"""Sums of products, and their formulas: "3·3·64·128 + 128 = 73,856"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import TypeAlias

from resnet_viz.graph.config_check import needs_inputs
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import channels_first_ranks_of, spatial
from resnet_viz.graph.types import Graph, LayerCall, Shape

Factor: TypeAlias = int | None
Term: TypeAlias = tuple[Factor, ...]
Terms: TypeAlias = tuple[list[Term], list[Term]]
"""Sums of trainable and of non-trainable weights."""
Shapes: TypeAlias = tuple[Shape | None, ...]
"""Shapes of a call's inputs, in the order of its arguments."""
TermRule: TypeAlias = Callable[[LayerCall, Shapes], list[Term] | None]
"""Computes a number of a call as a sum of products; no terms are 0, None is unknown."""


def total(terms: Sequence[Term]) -> int | None:
    """The sum of the products; None if a factor is unknown, 0 for no terms."""
    result = 0
    for term in terms:
        known = [factor for factor in term if factor is not None]
        if len(known) != len(term):
            return None
        result += prod(known)
    return result


def total_of_steps(terms: Sequence[Term], steps: Term) -> int | None:
    """The sum of the products, times the steps; 0 for no terms, whatever the steps."""
    return total([(*steps, *term) for term in terms])


def formula(terms: Sequence[Term], steps: Term = ()) -> str:
    """Format the sum with its value, "(3·3·8 + 8) × 10 steps = 800".

    "" for no terms or an unknown factor.
    """
    value = total_of_steps(terms, steps)
    if not terms or value is None:
        return ""
    if len(terms) == 1 and len(terms[0]) == 1 and not steps:
        return f"1·{value} = {value:,}"  # "3 = 3" would explain nothing
    return equation_of_steps(terms, steps, value)


def equation_of_steps(terms: Sequence[Term], steps: Term, value: int) -> str:
    """Format the sum with its value, which is known; the product of no factors is 1."""
    text = " + ".join("·".join(map(str, term)) or "1" for term in terms)
    text = f"({text})" if steps and len(terms) > 1 else text
    return f"{text}{times_steps(steps)} = {value:,}"


def times_steps(steps: Term) -> str:
    """Factors of a formula, " × 10 steps"; "" for no steps."""
    return "".join(f" × {count} steps" for count in steps)


def input_shapes(graph: Graph, call: LayerCall) -> Shapes:
    """Shapes of a call's inputs; an attention's masks are left out.

    A layer's inputs have a batch axis: the shape of one without any axis is unknown to its rules.
    """
    shapes: Shapes = graph.input_shapes(call)
    if op_kind(call) == "attention":
        tensors = [graph.tensor(ref) for ref in call.inputs]
        shapes = tuple(tensor.shape for tensor in tensors if tensor.dtype != "bool")
    if () in shapes and needs_inputs(call.type, call.module):
        return tuple(shape or None for shape in shapes)
    return shapes


def positions(call: LayerCall, shape: Shape | None) -> Term | None:
    """The spatial sizes of a tensor of the call; None if the shape is unknown."""
    if shape is None:
        return None
    return spatial(shape, channels_first_ranks=channels_first_ranks_of(call))


def features(call: LayerCall, shape: Shape | None) -> int | None:
    """The channels of a tensor of the call."""
    if shape is None or len(shape) < 2:
        return None
    first = call.config.get("data_format") == "channels_first" and len(shape) > 2
    return shape[1] if first else shape[-1]


def axis_size(shape: Shape | None, axis: object) -> Term | None:
    """Sizes along one axis or several; None without such an axis."""
    axes = list(axis) if isinstance(axis, list | tuple) else [axis]
    indices = [each for each in axes if isinstance(each, int)]
    if shape is None or len(indices) < len(axes):
        return None
    if not all(-len(shape) <= index < len(shape) for index in indices):
        return None
    return tuple(shape[index] for index in indices)
