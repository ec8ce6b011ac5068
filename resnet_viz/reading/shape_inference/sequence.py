"""Shape rules of embeddings, recurrent layers, attention, and of the wrappers around layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from resnet_viz.graph.keras_classes import is_keras, resolve_class
from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Query,
    Rule,
    Shapes,
    Unknown,
    first,
    second,
    sizes,
    whole,
)
from resnet_viz.reading.shape_inference.spatial import window

_STATES: Final = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1, "CuDNNLSTM": 2, "CuDNNGRU": 1}
_RUNNING: Final = frozenset({*_STATES, "RNN"})


def _embedding(query: Query) -> Shape:
    return (*first(query), whole(query.config.get("output_dim")))


def _reversible_embedding(query: Query) -> Shape:
    if query.arguments.get("reverse", query.arguments.get("1", False)) is not False:
        raise Unknown
    return _embedding(query)


def _recurrent(states: int) -> Rule:
    def rule(query: Query) -> Shape | list[Shape]:
        config, shape = query.config, first(query)
        if len(shape) != 3 or config.get("time_major") is True:
            raise Unknown
        units = whole(config.get("units"))
        return _run(config, shape, [units] * states, units)

    return rule


def _over_cells(query: Query) -> Shape | list[Shape]:
    """RNN: as wide as its cell, or as the last of several; all of them have states."""
    config, shape = query.config, first(query)
    if len(shape) != 3 or config.get("time_major") is True:
        raise Unknown
    cells = _cells(config.get("cell"))
    states = [units for units, count in cells for _ in range(count)]
    return _run(config, shape, states, cells[-1][0])


def _run(
    config: dict[str, Any], shape: Shape, states: list[int], units: int
) -> Shape | list[Shape]:
    steps = shape[:2] if config.get("return_sequences") is True else shape[:1]
    if config.get("return_state") is not True:
        return (*steps, units)
    return [(*steps, units), *((shape[0], size) for size in states)]


def _cells(raw: object, depth: int = 0) -> list[tuple[int, int]]:
    """Units and number of states of a cell, or of each of those stacked in it."""
    config = raw.get("config") if isinstance(raw, dict) else None
    name = raw.get("class_name") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(config, dict) or not isinstance(name, str):
        raise Unknown
    kind, module = resolve_class(name, config, raw)
    inner = config.get("cells")
    if is_keras(module) and kind == "StackedRNNCells" and isinstance(inner, list) and not depth:
        found = [cell for one in inner for cell in _cells(one, depth + 1)]
        if found:
            return found
    states = _STATES.get(kind.removesuffix("Cell")) if kind.endswith("Cell") else None
    if not is_keras(module) or states is None:
        raise Unknown
    return [(whole(config.get("units")), states)]


def _convolutional_recurrent(rank: int) -> Rule:
    def rule(query: Query) -> Shape | list[Shape]:
        config, shape = query.config, first(query)
        if len(shape) != rank + 3:
            raise Unknown
        is_first = config.get("data_format") == "channels_first"
        spatial = shape[3:] if is_first else shape[2:-1]
        filters, padding = whole(config.get("filters")), config.get("padding")
        kernel, stride = sizes(config.get("kernel_size"), rank), sizes(config.get("strides"), rank)
        dilation = sizes(config.get("dilation_rate", 1), rank)
        axes = zip(spatial, kernel, stride, dilation, strict=True)
        moved = [window(n, k, s, d, str(padding)) for n, k, s, d in axes]
        state = (filters, *moved) if is_first else (*moved, filters)
        steps = shape[:2] if config.get("return_sequences") is True else shape[:1]
        if config.get("return_state") is not True:
            return (*steps, *state)
        return [(*steps, *state), *[(shape[0], *state)] * 2]

    return rule


def _multi_head_attention(query: Query) -> Shapes:
    shape, given = first(query), query.config.get("output_shape")
    if given is not None:
        last = given if isinstance(given, list) else [given]
        shape = (*shape[:-1], *[whole(size) for size in last])
    return _with_scores(query, shape)


def _attention(query: Query) -> Shapes:
    shape, value = first(query), second(query)
    if len(shape) < 2 or not value:
        raise Unknown
    return _with_scores(query, (*shape[:-1], value[-1]))


def _grouped_query_attention(query: Query) -> Shapes:
    return _with_scores(query, first(query))


def _with_scores(query: Query, shape: Shape) -> Shapes:
    """The scores are a second output, if asked for; their sizes are left to Keras."""
    asked = query.arguments.get("return_attention_scores", False)
    return shape if asked is False else [shape, None]


def _time_distributed(infer: Callable[..., Any]) -> Rule:
    def rule(query: Query) -> Shape:
        shape = first(query)
        if len(shape) < 3:
            raise Unknown
        inner = _wrapped(infer, query, (shape[0], *shape[2:]))
        if len(inner) != 1 or not inner[0]:
            raise Unknown
        return (inner[0][0], shape[1], *inner[0][1:])

    return rule


def _spectral_normalization(infer: Callable[..., Any]) -> Rule:
    return lambda query: _wrapped(infer, query, first(query))[0]


def _bidirectional(infer: Callable[..., Any]) -> Rule:
    def rule(query: Query) -> Shape | list[Shape]:
        output, *states = _wrapped(infer, query, first(query))
        if not output:
            raise Unknown
        mode = query.config.get("merge_mode")
        outputs = [output, output] if mode is None else [output]
        if mode == "concat":
            last = output[-1]
            outputs = [(*output[:-1], None if last is None else 2 * last)]
        both = [*outputs, *states, *states]
        return both[0] if len(both) == 1 else both

    return rule


def _wrapped(infer: Callable[..., Any], query: Query, shape: Shape) -> list[Shape]:
    """What the layer in a wrapper makes of ``shape``."""
    raw = query.config.get("layer")
    config = raw.get("config") if isinstance(raw, dict) else None
    name = raw.get("class_name") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(config, dict) or not isinstance(name, str):
        raise Unknown
    kind, module = resolve_class(name, config, raw)
    if not is_keras(module) or (kind in _RUNNING and len(query.shapes) != 1):
        raise Unknown
    shapes: list[Shape] = infer(kind, config, shape)
    return shapes


def wrappers(infer: Callable[[str, dict[str, Any], Shape], list[Shape]]) -> dict[str, Rule]:
    """The rules of wrappers; ``infer`` says what a layer makes of a shape, or raises Unknown."""
    return {
        "TimeDistributed": _time_distributed(infer),
        "Bidirectional": _bidirectional(infer),
        "SpectralNormalization": _spectral_normalization(infer),
    }


LAYERS: Final[dict[str, Rule]] = {
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible_embedding,
    **{name: _recurrent(states) for name, states in _STATES.items()},
    "RNN": _over_cells,
    **{f"ConvLSTM{rank}D": _convolutional_recurrent(rank) for rank in (1, 2, 3)},
    "MultiHeadAttention": _multi_head_attention,
    "Attention": _attention,
    "AdditiveAttention": _attention,
    "GroupedQueryAttention": _grouped_query_attention,
    "GroupQueryAttention": _grouped_query_attention,
}
