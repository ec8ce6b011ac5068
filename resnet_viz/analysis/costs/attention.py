"""Weights, MACs and other operations of attention layers, as Keras builds them."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.terms import Shapes, Term, Terms
from resnet_viz.graph.types import LayerCall, Shape

SOFTMAX: Final = 5
"""Operations for each value: the largest, a subtraction, the exponential, the sum, a division."""

GROUPED: Final = frozenset({"GroupedQueryAttention", "GroupQueryAttention"})


class Heads(msgspec.Struct, frozen=True):
    """The sizes of an attention with projections.

    Attributes:
        query, key, value: widths of what enters.
        heads, key_heads: how many heads query and key have (grouped queries share keys).
        width, value_width: of one head.
        out: width of the output, one size or several.
        beside: positions over which nothing is attended: every one attends by itself.
        asking, asked: positions of query and of key that attend to each other.
    """

    query: int | None
    key: int | None
    value: int | None
    heads: int | None
    key_heads: int | None
    width: int | None
    value_width: int | None
    out: Term
    beside: Term
    asking: Term
    asked: Term

    @property
    def queries(self) -> Term:
        """All positions of the query."""
        return (*self.beside, *self.asking)

    @property
    def keys(self) -> Term:
        """All positions of key and value."""
        return (*self.beside, *self.asked)


def heads_of(call: LayerCall, inputs: Shapes) -> Heads | None:
    """The sizes; None where shapes are missing or a third input may be a mask or the keys."""
    found = _three(inputs)
    if found is None:
        return None
    query, value, key = found
    config = call.config
    axes = config.get("attention_axes") or range(1, len(query) - 1)
    attended = {axis % len(query) for axis in axes if isinstance(axis, int)}
    places = range(1, len(query) - 1)
    out = config.get("output_shape")
    grouped = call.type in GROUPED
    width = config.get("head_dim" if grouped else "key_dim")
    heads = config.get("num_query_heads" if grouped else "num_heads")
    return Heads(
        query=query[-1],
        key=key[-1],
        value=value[-1],
        heads=heads,
        key_heads=config.get("num_key_value_heads") if grouped else heads,
        width=width,
        value_width=width if grouped else config.get("value_dim") or width,
        out=tuple(out) if isinstance(out, list | tuple) else (out or query[-1],),
        beside=tuple(query[place] for place in places if place not in attended),
        asking=tuple(query[place] for place in places if place in attended),
        asked=tuple(value[place] for place in places if place in attended),
    )


def _three(inputs: Shapes) -> tuple[Shape, Shape, Shape] | None:
    """Query, value and key. A third input that does not fit as a key is a mask."""
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
    """Of MultiHeadAttention and grouped-query attention: four projections, and a gate's."""
    one = heads_of(call, inputs)
    if one is None:
        return None
    terms: list[Term] = [
        (one.query, one.heads, one.width),
        (one.key, one.key_heads, one.width),
        (one.value, one.key_heads, one.value_width),
        (one.heads, one.value_width, *one.out),
    ]
    if call.config.get("use_gate"):
        terms.append((one.query, one.heads, one.value_width))
    return [*terms, *(term for term in _biases(call, one))], []


def _biases(call: LayerCall, one: Heads) -> list[Term]:
    if not call.config.get("use_bias", True):
        return []
    gate: list[Term] = [(one.heads, one.value_width)] if call.config.get("use_gate") else []
    return [
        (one.heads, one.width),
        (one.key_heads, one.width),
        (one.key_heads, one.value_width),
        one.out,
        *gate,
    ]


def projected_work(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Projections of query, key and value, scores, weighted values, output projection."""
    one = heads_of(call, inputs)
    if one is None:
        return None
    scores = (*one.beside, *one.asking, *one.asked, one.heads)
    terms: list[Term] = [
        (*one.queries, one.query, one.heads, one.width),
        (*one.keys, one.key, one.key_heads, one.width),
        (*one.keys, one.value, one.key_heads, one.value_width),
        (*scores, one.width),
        (*scores, one.value_width),
        (*one.queries, one.heads, one.value_width, *one.out),
    ]
    if call.config.get("use_gate"):
        terms.append((*one.queries, one.query, one.heads, one.value_width))
    return terms


def projected_other(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """For every score its scaling and a softmax; the biases; a gate's sigmoid and product."""
    one = heads_of(call, inputs)
    if one is None:
        return None
    terms: list[Term] = [(SOFTMAX + 1, *one.beside, *one.asking, *one.asked, one.heads)]
    has_gate = bool(call.config.get("use_gate"))
    if call.config.get("use_bias", True):
        terms += [
            (*one.queries, one.heads, one.width),
            (*one.keys, one.key_heads, one.width),
            (*one.keys, one.key_heads, one.value_width),
            (*one.queries, *one.out),
        ]
    if has_gate:
        each = 3 if call.config.get("use_bias", True) else 2
        terms.append((each, *one.queries, one.heads, one.value_width))
    return terms


def plain_weights(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Of Attention and AdditiveAttention: at most a scale."""
    if call.type == "AdditiveAttention":
        if not call.config.get("use_scale", True):
            return [], []
        return None if not inputs or inputs[0] is None else ([(inputs[0][-1],)], [])
    concat: list[Term] = [(1,)] if call.config.get("score_mode", "dot") == "concat" else []
    scale: list[Term] = [(1,)] if call.config.get("use_scale") else []
    return scale + concat, []


def plain_work(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Scores and weighted values; scores that add query and key only cost their scale."""
    found = _three(inputs)
    if found is None:
        return None
    query, value, _key = found
    pairs = (*query[1:-1], value[-2])
    scores: list[Term] = []
    if call.type == "AdditiveAttention":
        scores = [(*pairs, query[-1])] if call.config.get("use_scale", True) else []
    elif call.config.get("score_mode", "dot") == "dot":
        scores = [(*pairs, query[-1])]
    return [*scores, (*pairs, value[-1])]


def plain_other(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A softmax for every score, its scale; sums and tanh where query and key are added."""
    found = _three(inputs)
    if found is None:
        return None
    query, value, _key = found
    pairs = (*query[1:-1], value[-2])
    is_scaled = bool(call.config.get("use_scale", call.type == "AdditiveAttention"))
    if call.type == "AdditiveAttention":  # an addition, tanh; without a scale the sum too
        return [(SOFTMAX, *pairs), (2 if is_scaled else 3, *pairs, query[-1])]
    if call.config.get("score_mode", "dot") == "dot":
        return [(SOFTMAX + is_scaled, *pairs)]
    return [(SOFTMAX + 1, *pairs), (3 + is_scaled, *pairs, query[-1])]
