"""Weights, MACs and other operations of attention layers, as Keras builds them.

Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2, and the layers of Keras 3.
"""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.terms import Shapes, Term, Terms
from resnet_viz.graph.types import LayerCall, Shape

SOFTMAX: Final = 5
"""Operations of a softmax for each value: maximum, subtraction, exponential, sum, division."""

GROUPED: Final = frozenset({"GroupedQueryAttention", "GroupQueryAttention"})


class AttentionSizes(msgspec.Struct, frozen=True):
    """Sizes of an attention with projections.

    Attributes:
        query, key, value: widths of the inputs.
        heads, key_heads: numbers of query and key heads (grouped queries share keys).
        width, value_width: of one head.
        out: sizes of the output's last axes.
        batch_axes: positions that are attended to separately.
        query_axes, key_axes: positions of query and key that attend to each other.
    """

    query: int | None
    key: int | None
    value: int | None
    heads: int | None
    key_heads: int | None
    width: int | None
    value_width: int | None
    out: Term
    batch_axes: Term
    query_axes: Term
    key_axes: Term

    @property
    def queries(self) -> Term:
        """All positions of the query."""
        return (*self.batch_axes, *self.query_axes)

    @property
    def keys(self) -> Term:
        """All positions of key and value."""
        return (*self.batch_axes, *self.key_axes)


def attention_sizes(call: LayerCall, inputs: Shapes) -> AttentionSizes | None:
    """The sizes of a call; None for unknown shapes or an ambiguous third input."""
    shapes = _query_value_key(inputs)
    if shapes is None:
        return None
    query, value, key = shapes
    config = call.config
    axes = config.get("attention_axes") or range(1, len(query) - 1)
    attended = {axis % len(query) for axis in axes}
    positions = range(1, len(query) - 1)
    out = config.get("output_shape")
    grouped = call.type in GROUPED
    width = config.get("head_dim" if grouped else "key_dim")
    heads = config.get("num_query_heads" if grouped else "num_heads")
    return AttentionSizes(
        query=query[-1],
        key=key[-1],
        value=value[-1],
        heads=heads,
        key_heads=config.get("num_key_value_heads") if grouped else heads,
        width=width,
        value_width=width if grouped else config.get("value_dim") or width,
        out=tuple(out) if isinstance(out, list | tuple) else (out or query[-1],),
        batch_axes=tuple(query[axis] for axis in positions if axis not in attended),
        query_axes=tuple(query[axis] for axis in positions if axis in attended),
        key_axes=tuple(value[axis] for axis in positions if axis in attended),
    )


def _query_value_key(inputs: Shapes) -> tuple[Shape, Shape, Shape] | None:
    """Shapes of query, value and key; a third input that does not fit as a key is a mask."""
    known = [shape for shape in inputs if shape is not None]
    if len(known) != len(inputs) or len(known) < 2:
        return None
    query, value = known[:2]
    if len(query) != len(value) or len(query) < 3:
        return None
    key = known[2] if len(known) > 2 else value
    if key[:-1] != value[:-1] or len(key) != len(value):
        return query, value, value
    if key[-1] != value[-1] and key[-1] == value[-2] and len(known) == 3:
        return None  # as wide as there are keys: it may be a mask
    return query, value, key


def projected_weights(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Weights of multi-head and grouped-query attention: four projections, and a gate's."""
    sizes = attention_sizes(call, inputs)
    if sizes is None:
        return None
    terms: list[Term] = [
        (sizes.query, sizes.heads, sizes.width),
        (sizes.key, sizes.key_heads, sizes.width),
        (sizes.value, sizes.key_heads, sizes.value_width),
        (sizes.heads, sizes.value_width, *sizes.out),
    ]
    if call.config.get("use_gate"):
        terms.append((sizes.query, sizes.heads, sizes.value_width))
    return [*terms, *_biases(call, sizes)], []


def _biases(call: LayerCall, sizes: AttentionSizes) -> list[Term]:
    if not call.config.get("use_bias", True):
        return []
    gate: list[Term] = [(sizes.heads, sizes.value_width)] if call.config.get("use_gate") else []
    return [
        (sizes.heads, sizes.width),
        (sizes.key_heads, sizes.width),
        (sizes.key_heads, sizes.value_width),
        sizes.out,
        *gate,
    ]


def projected_macs(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """MACs of the projections, the scores, the weighted values and the output projection."""
    sizes = attention_sizes(call, inputs)
    if sizes is None:
        return None
    scores = (*sizes.batch_axes, *sizes.query_axes, *sizes.key_axes, sizes.heads)
    terms: list[Term] = [
        (*sizes.queries, sizes.query, sizes.heads, sizes.width),
        (*sizes.keys, sizes.key, sizes.key_heads, sizes.width),
        (*sizes.keys, sizes.value, sizes.key_heads, sizes.value_width),
        (*scores, sizes.width),
        (*scores, sizes.value_width),
        (*sizes.queries, sizes.heads, sizes.value_width, *sizes.out),
    ]
    if call.config.get("use_gate"):
        terms.append((*sizes.queries, sizes.query, sizes.heads, sizes.value_width))
    return terms


def projected_other_ops(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Other operations: scaling and softmax of scores, biases, a gate's sigmoid and product."""
    sizes = attention_sizes(call, inputs)
    if sizes is None:
        return None
    terms: list[Term] = [
        (SOFTMAX + 1, *sizes.batch_axes, *sizes.query_axes, *sizes.key_axes, sizes.heads)
    ]
    has_gate = bool(call.config.get("use_gate"))
    if call.config.get("use_bias", True):
        terms += [
            (*sizes.queries, sizes.heads, sizes.width),
            (*sizes.keys, sizes.key_heads, sizes.width),
            (*sizes.keys, sizes.key_heads, sizes.value_width),
            (*sizes.queries, *sizes.out),
        ]
    if has_gate:
        each = 3 if call.config.get("use_bias", True) else 2
        terms.append((each, *sizes.queries, sizes.heads, sizes.value_width))
    return terms


def plain_weights(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Weights of Attention and AdditiveAttention: at most a scale."""
    if call.type == "AdditiveAttention":
        if not call.config.get("use_scale", True):
            return [], []
        return None if not inputs or inputs[0] is None else ([(inputs[0][-1],)], [])
    concat: list[Term] = [(1,)] if call.config.get("score_mode", "dot") == "concat" else []
    scale: list[Term] = [(1,)] if call.config.get("use_scale") else []
    return scale + concat, []


def plain_macs(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """MACs of scores and weighted values; of additive scores only those of the scale."""
    shapes = _query_value_key(inputs)
    if shapes is None:
        return None
    query, value, _key = shapes
    pairs = (*query[1:-1], value[-2])
    scores: list[Term] = []
    if call.type == "AdditiveAttention":
        scores = [(*pairs, query[-1])] if call.config.get("use_scale", True) else []
    elif call.config.get("score_mode", "dot") == "dot":
        scores = [(*pairs, query[-1])]
    return [*scores, (*pairs, value[-1])]


def plain_other_ops(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Other operations: softmax and scale of scores; sums and tanh of additive scores."""
    shapes = _query_value_key(inputs)
    if shapes is None:
        return None
    query, value, _key = shapes
    pairs = (*query[1:-1], value[-2])
    is_scaled = bool(call.config.get("use_scale", call.type == "AdditiveAttention"))
    if call.type == "AdditiveAttention":  # addition and tanh; without a scale the sum too
        return [(SOFTMAX, *pairs), (2 if is_scaled else 3, *pairs, query[-1])]
    if call.config.get("score_mode", "dot") == "dot":
        return [(SOFTMAX + is_scaled, *pairs)]
    return [(SOFTMAX + 1, *pairs), (3 + is_scaled, *pairs, query[-1])]
