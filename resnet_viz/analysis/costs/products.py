"""MACs of operations that sum products: matmul, einsum, tensordot, dot, convolution, attention."""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.costs.attention import SOFTMAX
from resnet_viz.analysis.costs.contraction import MOST_OPERANDS, contraction_steps
from resnet_viz.analysis.keras_ops.terms import Shapes, Term, TermRule, axis_size, positions
from resnet_viz.graph.einsum import einsum_letters
from resnet_viz.graph.operands import operand_shapes
from resnet_viz.graph.types import LayerCall, Shape


def _operands(call: LayerCall, inputs: Shapes, count: int) -> list[Shape] | None:
    """Shapes of the first operands, constants among them; None if one is unknown."""
    shapes = operand_shapes(call.arguments, inputs)[:count]
    known = [shape for shape in shapes if shape is not None]
    return known if len(known) == count else None


def _matmul(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A sum over the shared axis for each value of the result."""
    shapes, after = _operands(call, inputs, 2), call.output_shape
    if shapes is None or after is None or not all(shapes):
        return None
    return [(shapes[0][-1], *after[1:])]


def _tensordot(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A sum over the contracted axes for each value of the result."""
    shapes, after, axes = _operands(call, inputs, 2), call.output_shape, call.config.get("axes", 2)
    if shapes is None or after is None:
        return None
    if isinstance(axes, int):
        axes = [list(range(-axes, 0))] if 0 <= axes <= len(shapes[0]) else None
    summed = axis_size(shapes[0], axes[0]) if isinstance(axes, list | tuple) and axes else None
    return None if summed is None else [(*summed, *after[1:])]


def _einsum(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """One MAC for each combination of the letters of two operands; none for a single tensor.

    Several are contracted two at a time, in the order of the least MACs, as NumPy's "optimal" path.
    """
    operands = operand_shapes(call.arguments, inputs)
    shapes = [shape for shape in operands if shape is not None]
    if len(shapes) < len(operands):
        return None
    letters = einsum_letters(call.config.get("subscripts"), [len(shape) for shape in shapes])
    if letters is None or len(shapes) > MOST_OPERANDS:
        return None
    if len(shapes) == 1:
        return []
    batch = _batch_letter(call, letters[0])
    if batch is None or batch not in letters[1]:
        return None
    sizes: dict[str, int | None] = {}
    for text, shape in zip(letters[0], shapes, strict=True):
        for letter, size in zip(text, shape, strict=True):
            if sizes.get(letter) in {None, 1}:  # an axis of "..." may be broadcast
                sizes[letter] = size
    sizes[batch] = 1
    return [
        tuple(sizes[letter] for letter in sizes if letter in step and letter != batch)
        for step in contraction_steps(letters[0], letters[1], sizes)
    ]


def _batch_letter(call: LayerCall, letters: list[str]) -> str | None:
    """The first letter of the first operand that is no constant."""
    tensors = [text for place, text in enumerate(letters) if str(place) not in call.arguments]
    return tensors[0][0] if tensors and tensors[0] else None


def _convolution(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """The whole kernel at each position of the output; if transposed, at each of the input."""
    shapes = _operands(call, inputs, 2)
    if shapes is None:
        return None
    spread = positions(call, shapes[0] if call.type == "ConvTranspose" else call.output_shape)
    return None if spread is None else [(*shapes[1], *spread)]


def _distances(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A sum of squared differences for each pair of points."""
    shapes, after = _operands(call, inputs, 2), call.output_shape
    return None if shapes is None or after is None else [(shapes[0][-1], *after[1:])]


def _separable(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    shapes, spread = _operands(call, inputs, 3), positions(call, call.output_shape)
    if shapes is None or spread is None:
        return None
    return [(*shapes[1], *spread), (*shapes[2], *spread)]


def _attention(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Scores and weighted values: each query with each key, in each head."""
    pairs = attention_pairs(call, inputs)
    shapes = _operands(call, inputs, 3)
    if pairs is None or shapes is None:
        return None
    return [(*pairs, shapes[0][-1]), (*pairs, shapes[2][-1])]


def attention_pairs(call: LayerCall, inputs: Shapes) -> Term | None:
    """Queries, keys and heads of ``dot_product_attention``; tensors are (B, T, heads, width)."""
    shapes = _operands(call, inputs, 3)
    if shapes is None or any(len(shape) != 4 for shape in shapes):
        return None
    return (shapes[0][1], shapes[1][1], shapes[0][2])


def attention_other_ops(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Scale and softmax of the scores; a bias is added, a soft cap takes three operations."""
    pairs = attention_pairs(call, inputs)
    bias = call.arguments.get("bias", len(inputs) > 3 or None)  # a tensor is no argument
    capped = 3 if call.config.get("attn_logits_soft_cap") is not None else 0
    return None if pairs is None else [(SOFTMAX + 1 + (bias is not None) + capped, *pairs)]


PRODUCTS: Final[dict[str, TermRule]] = {
    **dict.fromkeys(("Matmul", "Dot", "Inner"), _matmul),
    "Tensordot": _tensordot,
    "Einsum": _einsum,
    **dict.fromkeys(("Conv", "DepthwiseConv", "ConvTranspose"), _convolution),
    "SeparableConv": _separable,
    "CDist": _distances,
    "DotProductAttention": _attention,
}
"""Rules by the class of the operation."""
