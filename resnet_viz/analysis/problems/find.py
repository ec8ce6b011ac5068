"""Search for problems: redundant biases, unused layers, dominant dense layers, mixed dtypes.

Each rule reads the graph and its structure, never names, and finds at most a few problems, each
for all the calls concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.keras_ops.dtypes import is_floating
from resnet_viz.analysis.keras_ops.wrappers import wrapped_layer
from resnet_viz.analysis.problems.kernels_and_strides import (
    even_kernels,
    kernels_on_one_pixel,
    unseen_pixels,
)
from resnet_viz.analysis.problems.layer_chains import join_activations, long_chains
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.numbers import counted, percent
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.ops import CONVOLUTIONS, DENSE, op_kind
from resnet_viz.graph.types import Graph, LayerCall

Rule: TypeAlias = Callable[[Structure, Numbers], Iterator[Problem]]


def problems_of(structure: Structure, numbers: Numbers) -> tuple[Problem, ...]:
    """All problems of a model, warnings first."""
    problems = [problem for rule in _RULES for problem in rule(structure, numbers)]
    return tuple(sorted(problems, key=lambda problem: problem.severity != "warning"))


def _biases(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Biases directly before batch normalisation, which subtracts the mean and the bias in it."""
    graph = structure.graph
    outputs = {ref.call for ref in graph.outputs}
    has_bias = once_for_equal(graph, _has_bias)
    biased = [call for call in graph.calls if has_bias(call)]
    # A layer that is also called where nothing subtracts its bias needs it.
    needed = {call.layer for call in biased if not _is_normalised(graph, call, outputs)}
    idle = [call for call in biased if call.layer not in needed]
    if not idle:
        return
    sizes = {call.layer: _bias_size(call) for call in idle}
    known = [size for size in sizes.values() if size is not None]
    weights = counted(sum(known), "weight") if len(known) == len(sizes) else "weights"
    yield Problem(
        "bias_before_normalization",
        "information",
        f"{counted(len(sizes), 'convolution')} with a bias directly before batch normalisation: "
        f"the normalisation subtracts the bias again, which leaves {weights} without effect.",
        tuple(call.id for call in idle),
    )


def _has_bias(call: LayerCall) -> bool:
    return call.keras_class in CONVOLUTIONS and bool(call.config.get("use_bias", True))


def _is_normalised(graph: Graph, call: LayerCall, outputs: set[str]) -> bool:
    """True if every consumer of a convolution subtracts its mean, channel by channel."""
    consumers = [graph.by_id[name] for name in graph.consumers[call.id]]
    is_linear = call.config.get("activation") in (None, "linear")  # an object cannot be hashed
    is_inside = is_linear and call.id not in outputs
    return (
        is_inside and bool(consumers) and all(_normalises(consumer, call) for consumer in consumers)
    )


def _normalises(call: LayerCall, convolution: LayerCall) -> bool:
    """True if a call normalises the convolution's channels with a mean that is not frozen."""
    if call.keras_class != "BatchNormalization" or call.config.get("trainable") is False:
        return False
    axis = call.config.get("axis", -1)
    axes = axis if isinstance(axis, list | tuple) else [axis]
    if convolution.config.get("data_format") == "channels_first":
        return list(axes) == [1]
    last = -1 if call.output_shape is None else len(call.output_shape) - 1
    return list(axes) in ([-1], [last])


def _bias_size(call: LayerCall) -> int | None:
    shape = call.output_shape
    if shape is None:
        return None
    return shape[1] if call.config.get("data_format") == "channels_first" else shape[-1]


def _unused(structure: Structure, numbers: Numbers) -> Iterator[Problem]:
    """Calls that no output depends on."""
    graph = structure.graph
    used = {ref.call for ref in graph.outputs}
    for call in reversed(graph.calls):
        if call.id in used:
            used.update(ref.call for ref in call.inputs)
    # An input of a layer or a nested model that it ignores is no input of the model's.
    unused = [call for call in graph.calls if call.id not in used and not _passes_inside(call)]
    if unused and graph.outputs:
        calls = tuple(call.id for call in unused)
        yield Problem("unused_layer", "warning", _unused_message(unused, numbers), calls)


def _passes_inside(call: LayerCall) -> bool:
    return op_kind(call) == "input" and bool(call.inputs)


def _unused_message(unused: list[LayerCall], numbers: Numbers) -> str:
    """Message that fits inputs, which compute nothing, and layers without weights."""
    layers = [call for call in unused if op_kind(call) != "input"]
    inputs = counted(len(unused) - len(layers), "input")
    if not layers:
        them = "it" if len(unused) == 1 else "them"
        return f"No output depends on {inputs}: what is fed to {them} changes nothing."
    nouns = counted(len(layers), "layer call")
    if len(layers) < len(unused):
        nouns += f" and {inputs}"
    their, results = ("its", "result is") if len(layers) == 1 else ("their", "results are")
    has_weights = any(numbers.calls[call.id].parameters != 0 for call in layers)
    untrained = f", and {their} weights are never trained" if has_weights else ""
    return f"No output depends on {nouns}: {their} {results} discarded{untrained}."


def _dense_holds_most(structure: Structure, numbers: Numbers) -> Iterator[Problem]:
    """Dense layers that hold most of the model's parameters."""
    totals = numbers.totals.numbers
    if totals.parameters_at_least or not totals.parameters:
        return
    by_layer: dict[str, list[str]] = {}
    for call in structure.graph.calls:
        own = numbers.calls[call.id].parameters
        if own is None or 2 * own <= totals.parameters:
            continue
        if (wrapped_layer(call) or call).keras_class in DENSE:
            by_layer.setdefault(call.layer, []).append(call.id)
    for calls in by_layer.values():
        own = numbers.calls[calls[0]].parameters or 0
        share = percent(own, totals.parameters)
        message = (
            f"One dense layer holds all {own:,} parameters: no other layer has any."
            if own == totals.parameters
            else f"One dense layer holds {own:,} of {totals.parameters:,} parameters ({share}), so "
            "the model's size says little about its other layers."
        )
        yield Problem("dense_holds_most", "information", message, tuple(calls))


def _mixed_dtypes(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Different floating-point types of outputs (inputs are cast by the calls that read them)."""
    by_dtype: dict[str, list[str]] = {}
    dtype_of = once_for_equal(structure.graph, _computed_dtype)
    for call in structure.graph.calls:
        dtype = dtype_of(call)
        if dtype is not None:
            by_dtype.setdefault(dtype, []).append(call.id)
    if len(by_dtype) < 2:
        return
    usual, *others = sorted(by_dtype, key=lambda dtype: -len(by_dtype[dtype]))
    unusual = {name for dtype in others for name in by_dtype[dtype]}
    counts = ", ".join(f"{dtype} ({len(by_dtype[dtype]):,})" for dtype in (usual, *others))
    yield Problem(
        "mixed_dtypes",
        "information",
        f"Calls compute in different floating-point types, {counts}: values are rounded where "
        "they pass from one type to another, and memory per value differs from call to call.",
        tuple(call.id for call in structure.graph.calls if call.id in unusual),
    )


def _computed_dtype(call: LayerCall) -> str | None:
    """Floating-point type of a call's result; None for inputs and for other types."""
    dtype = call.outputs[0].dtype
    is_computed = dtype is not None and is_floating(dtype) and op_kind(call) != "input"
    return dtype if is_computed else None


_RULES: Final[tuple[Rule, ...]] = (
    kernels_on_one_pixel,
    unseen_pixels,
    long_chains,
    even_kernels,
    _biases,
    join_activations,
    _unused,
    _dense_holds_most,
    _mixed_dtypes,
)
