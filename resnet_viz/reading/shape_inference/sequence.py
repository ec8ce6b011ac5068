"""Shape rules of embeddings, recurrent layers, attention and wrappers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from resnet_viz.graph.keras_classes import is_keras, parse_wrapped
from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Rule,
    RuleResult,
    ShapeQuery,
    UnknownShape,
    input_shape,
    integer,
    per_axis,
    second_input_shape,
)
from resnet_viz.reading.shape_inference.spatial import window_output

_InferLayer: TypeAlias = Callable[[str, dict[str, Any], Shape], list[Shape]]

_STATES: Final = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1, "CuDNNLSTM": 2, "CuDNNGRU": 1}
_RECURRENT: Final = frozenset({*_STATES, "RNN"})


def _embedding(query: ShapeQuery) -> Shape:
    return (*input_shape(query), integer(query.config.get("output_dim")))


def _reversible_embedding(query: ShapeQuery) -> Shape:
    if query.arguments.get("reverse", query.arguments.get("1", False)) is not False:
        raise UnknownShape
    return _embedding(query)


def _recurrent(states: int) -> Rule:
    def rule(query: ShapeQuery) -> Shape | list[Shape]:
        config, shape = query.config, input_shape(query)
        if len(shape) != 3 or config.get("time_major") is True:
            raise UnknownShape
        units = integer(config.get("units"))
        return _recurrent_outputs(config, shape, [units] * states, units)

    return rule


def _rnn(query: ShapeQuery) -> Shape | list[Shape]:
    """RNN: as wide as its cell, or as the last of several; each cell has states."""
    config, shape = query.config, input_shape(query)
    if len(shape) != 3 or config.get("time_major") is True:
        raise UnknownShape
    cells = _cells(config.get("cell"))
    states = [units for units, count in cells for _ in range(count)]
    return _recurrent_outputs(config, shape, states, cells[-1][0])


def _recurrent_outputs(
    config: dict[str, Any], shape: Shape, states: list[int], units: int
) -> Shape | list[Shape]:
    steps = shape[:2] if config.get("return_sequences") is True else shape[:1]
    if config.get("return_state") is not True:
        return (*steps, units)
    return [(*steps, units), *((shape[0], size) for size in states)]


def _cells(raw: object, depth: int = 0) -> list[tuple[int, int]]:
    """Units and number of states of a cell, or of each stacked cell."""
    cell = parse_wrapped(raw)
    if cell is None or not is_keras(cell.module):
        raise UnknownShape
    inner = cell.config.get("cells")
    if cell.type == "StackedRNNCells" and inner and not depth:
        return [pair for item in inner for pair in _cells(item, depth + 1)]
    states = _STATES.get(cell.type.removesuffix("Cell")) if cell.type.endswith("Cell") else None
    if states is None:
        raise UnknownShape
    return [(integer(cell.config.get("units")), states)]


def _convolutional_recurrent(rank: int) -> Rule:
    def rule(query: ShapeQuery) -> Shape | list[Shape]:
        config, shape = query.config, input_shape(query)
        if len(shape) != rank + 3:
            raise UnknownShape
        is_channels_first = config.get("data_format") == "channels_first"
        spatial = shape[3:] if is_channels_first else shape[2:-1]
        filters, padding = integer(config.get("filters")), config.get("padding")
        kernel, stride = (
            per_axis(config.get("kernel_size"), rank),
            per_axis(config.get("strides"), rank),
        )
        dilation = per_axis(config.get("dilation_rate", 1), rank)
        axes = zip(spatial, kernel, stride, dilation, strict=True)
        sizes = [window_output(n, k, s, d, str(padding)) for n, k, s, d in axes]
        state = (filters, *sizes) if is_channels_first else (*sizes, filters)
        steps = shape[:2] if config.get("return_sequences") is True else shape[:1]
        if config.get("return_state") is not True:
            return (*steps, *state)
        return [(*steps, *state), *[(shape[0], *state)] * 2]

    return rule


def _multi_head_attention(query: ShapeQuery) -> RuleResult:
    shape, output = input_shape(query), query.config.get("output_shape")
    if output is not None:
        last = output if isinstance(output, list) else [output]
        shape = (*shape[:-1], *[integer(size) for size in last])
    return _with_scores(query, shape, "num_heads")


def _attention(query: ShapeQuery) -> RuleResult:
    shape, value = input_shape(query), second_input_shape(query)
    if len(shape) < 2 or not value:
        raise UnknownShape
    return _with_scores(query, (*shape[:-1], value[-1]))


def _grouped_query_attention(query: ShapeQuery) -> RuleResult:
    return _with_scores(query, input_shape(query), "num_query_heads")


def _with_scores(query: ShapeQuery, shape: Shape, heads: str = "") -> RuleResult:
    """Add the scores as a second output, if requested; over several axes they are left to Keras.

    Args:
        query: of the attention.
        shape: of its first output.
        heads: the setting with the number of heads, if it has several.
    """
    if query.arguments.get("return_attention_scores", False) is False:
        return shape
    queries, keys = input_shape(query), second_input_shape(query)
    if len(queries) != 3 or len(keys) != 3:
        return [shape, None]
    count = (integer(query.config.get(heads)),) if heads else ()
    return [shape, (queries[0], *count, queries[1], keys[1])]


def _time_distributed(infer: _InferLayer) -> Rule:
    def rule(query: ShapeQuery) -> Shape:
        shape = input_shape(query)
        if len(shape) < 3:
            raise UnknownShape
        inner = _wrapped(infer, query, (shape[0], *shape[2:]))
        if len(inner) != 1 or not inner[0]:
            raise UnknownShape
        return (inner[0][0], shape[1], *inner[0][1:])

    return rule


def _spectral_normalization(infer: _InferLayer) -> Rule:
    return lambda query: _wrapped(infer, query, input_shape(query))[0]


def _bidirectional(infer: _InferLayer) -> Rule:
    def rule(query: ShapeQuery) -> Shape | list[Shape]:
        output, *states = _wrapped(infer, query, input_shape(query))
        if not output:
            raise UnknownShape
        mode = query.config.get("merge_mode")
        outputs = [output, output] if mode is None else [output]
        if mode == "concat":
            last = output[-1]
            outputs = [(*output[:-1], None if last is None else 2 * last)]
        both = [*outputs, *states, *states]
        return both[0] if len(both) == 1 else both

    return rule


def _wrapped(infer: _InferLayer, query: ShapeQuery, shape: Shape) -> list[Shape]:
    """Output shapes of the layer in a wrapper for the input ``shape``."""
    layer = parse_wrapped(query.config.get("layer"))
    if layer is None or not is_keras(layer.module):
        raise UnknownShape
    if layer.type in _RECURRENT and len(query.shapes) != 1:
        raise UnknownShape
    return infer(layer.type, layer.config, shape)


def wrappers(infer: _InferLayer) -> dict[str, Rule]:
    """Rules of wrappers; ``infer`` gives a layer's output shapes, or raises UnknownShape."""
    return {
        "TimeDistributed": _time_distributed(infer),
        "Bidirectional": _bidirectional(infer),
        "SpectralNormalization": _spectral_normalization(infer),
    }


LAYERS: Final[dict[str, Rule]] = {
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible_embedding,
    **{name: _recurrent(states) for name, states in _STATES.items()},
    "RNN": _rnn,
    **{f"ConvLSTM{rank}D": _convolutional_recurrent(rank) for rank in (1, 2, 3)},
    "MultiHeadAttention": _multi_head_attention,
    "Attention": _attention,
    "AdditiveAttention": _attention,
    "GroupedQueryAttention": _grouped_query_attention,
    "GroupQueryAttention": _grouped_query_attention,
}
