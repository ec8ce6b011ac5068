"""Graphs that are hard to lay out: grids, complete graphs, deep nesting, wide fans, long chains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef

SHAPE = (None, 8, 8, 4)


def _call(name: str, type_: str, inputs: Iterable[str] = (), **config: Any) -> LayerCall:
    refs = tuple(TensorRef(source) for source in inputs)
    full = {"name": name, "trainable": True, **config}
    output = (Tensor(SHAPE, "float32"),)
    return LayerCall(name, name, 0, type_, "keras.layers", full, {}, refs, output)


def _input() -> LayerCall:
    return _call("input", "InputLayer", batch_shape=list(SHAPE))


def _conv(name: str, source: str) -> LayerCall:
    sizes = {"filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same"}
    return _call(name, "Conv2D", [source], dilation_rate=[1, 1], groups=1, use_bias=True, **sizes)


def _norm(name: str, source: str) -> LayerCall:
    return _call(name, "BatchNormalization", [source], axis=-1, center=True, scale=True)


def _graph(name: str, calls: list[LayerCall], outputs: Iterable[str] = ()) -> Graph:
    refs = tuple(TensorRef(output) for output in outputs)
    return Graph(name, tuple(calls), (TensorRef("input"),), refs or (TensorRef(calls[-1].id),))


def grid(rows: int, columns: int) -> Graph:
    """Additions of the neighbours above and on the left; the corner is the input."""
    calls = [_input()]
    for row in range(rows):
        for column in range(columns):
            above = [f"cell_{row - 1}_{column}"] if row else []
            beside = [f"cell_{row}_{column - 1}"] if column else []
            sources = [*above, *beside]
            name = f"cell_{row}_{column}"
            calls.append(_call(name, "Add", sources) if len(sources) > 1 else _conv(
                name, *(sources or ["input"])))  # fmt: skip
    return _graph("grid", calls)


def complete(size: int) -> Graph:
    """Every call adds the outputs of all before it."""
    calls = [_input(), _conv("node_0", "input")]
    for number in range(1, size):
        sources = [f"node_{before}" for before in range(number)]
        calls.append(_call(f"node_{number}", "Add", ["input", *sources]))
    return _graph("complete", calls)


def nested_additions(depth: int) -> Graph:
    """An identity shortcut past an identity shortcut past … one convolution."""
    calls = [_input()]
    entries = ["input"]
    for level in range(depth):
        calls.append(_conv(f"down_{level}", entries[-1]))
        entries.append(f"down_{level}")
    last = entries[-1]
    for level in reversed(range(depth)):
        calls.append(_conv(f"up_{level}", last))
        calls.append(_call(f"add_{level}", "Add", [entries[level], f"up_{level}"]))
        last = f"add_{level}"
    return _graph("nested", calls)


def fan(size: int) -> Graph:
    """One input, many convolutions of it, and their sum."""
    branches = [_conv(f"branch_{number}", "input") for number in range(size)]
    names = [branch.id for branch in branches]
    return _graph("fan", [_input(), *branches, _call("sum", "Add", names)])


def fan_out(size: int) -> Graph:
    """One input and many convolutions of it, each of them an output of the model."""
    branches = [_conv(f"branch_{number}", "input") for number in range(size)]
    names = [branch.id for branch in branches]
    return _graph("fan_out", [_input(), *branches], names)


def ladder(size: int) -> Graph:
    """Two rails of convolutions; the second adds the first's output at every rung."""
    calls = [_input()]
    left = right = "input"
    for rung in range(size // 3):
        calls.append(_conv(f"left_{rung}", left))
        calls.append(_conv(f"right_{rung}", right))
        left = f"left_{rung}"
        calls.append(_call(f"rung_{rung}", "Add", [left, f"right_{rung}"]))
        right = f"rung_{rung}"
    return _graph("ladder", calls)


def gates(size: int) -> Graph:
    """A chain in which every second call multiplies with the first output, a gate's own inside."""
    calls = [
        _input(),
        _conv("first", "input"),
        _call("gate", "Multiply", ["first", "input"]),
    ]
    last = "gate"
    for number in range(size // 2):
        calls.append(_conv(f"conv_{number}", last))
        calls.append(_call(f"gate_{number}", "Multiply", [f"conv_{number}", "first"]))
        last = f"gate_{number}"
    return _graph("gates", calls)


def stages(size: int) -> Graph:
    """One input, many convolutions of it, each one's half in size, and the sum of these."""
    small = (Tensor((None, 4, 4, 4), "float32"),)
    names = [f"half_{number}" for number in range(size // 2)]
    wide = [_conv(f"wide_{number}", "input") for number in range(size // 2)]
    halves = [_conv(name, before.id) for name, before in zip(names, wide, strict=True)]
    halves = [
        replace(call, config={**call.config, "strides": [2, 2]}, outputs=small) for call in halves
    ]
    total = replace(_call("sum", "Add", names), outputs=small)
    return _graph("stages", [_input(), *wide, *halves, total])


def residual_net(size: int) -> Graph:
    """Basic blocks with identity shortcuts one after the other, seven calls each."""
    calls = [_input()]
    last = "input"
    for block in range(size // 7):
        conv_1, norm_1, relu_1, conv_2, norm_2, add, relu_2 = (
            f"block_{block}_{part}"
            for part in ("conv_1", "norm_1", "relu_1", "conv_2", "norm_2", "add", "relu_2")
        )
        calls += (
            _conv(conv_1, last),
            _norm(norm_1, conv_1),
            _call(relu_1, "ReLU", [norm_1]),
            _conv(conv_2, relu_1),
            _norm(norm_2, conv_2),
            _call(add, "Add", [norm_2, last]),
            _call(relu_2, "ReLU", [add]),
        )
        last = relu_2
    return _graph("residual_net", calls)


def chain(size: int) -> Graph:
    """Convolutions one after the other."""
    names = ["input", *(f"conv_{number}" for number in range(size))]
    steps = zip(names[1:], names[:-1], strict=True)
    return _graph("chain", [_input(), *(_conv(name, source) for name, source in steps)])
