"""What a reader of an architecture should know: idle weights, redundant biases, unused layers.

Each rule reads the graph and its structure, never names, and makes at most a few problems, each
for all the calls concerned. Warnings come first.
"""

from __future__ import annotations

from collections import Counter
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
from resnet_viz.graph.ops import CONVOLUTIONS, DENSE, op_kind
from resnet_viz.graph.types import Graph, LayerCall

Rule: TypeAlias = Callable[[Structure, Numbers], Iterator[Problem]]


def problems_of(structure: Structure, numbers: Numbers) -> tuple[Problem, ...]:
    """Everything worth knowing, warnings first; () for nothing."""
    found = [problem for rule in _RULES for problem in rule(structure, numbers)]
    return tuple(sorted(found, key=lambda problem: problem.severity != "warning"))


def _biases(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Normalisation takes off the mean, and with it whatever a bias has added."""
    graph = structure.graph
    outputs = {ref.call for ref in graph.outputs}
    biased = [call for call in graph.calls if _has_bias(call)]
    idle = {call.id: _is_normalised(graph, call, outputs) for call in biased}
    # A layer that is called elsewhere too, with nothing that takes its bias off, needs it.
    needed = {graph.by_id[name].layer for name, is_idle in idle.items() if not is_idle}
    found = [graph.by_id[name] for name in idle if graph.by_id[name].layer not in needed]
    if not found:
        return
    widths = {call.layer: _bias_size(call) for call in found}
    known = [width for width in widths.values() if width is not None]
    count = f"{sum(known):,} weights" if len(known) == len(widths) else "weights"
    yield Problem(
        "bias_before_normalization",
        "information",
        f"{counted(len(widths), 'convolution')} with a bias directly before batch normalisation: "
        f"the normalisation subtracts it again, so {count} do nothing.",
        tuple(call.id for call in found),
    )


def _has_bias(call: LayerCall) -> bool:
    return call.type in CONVOLUTIONS and bool(call.config.get("use_bias", True))


def _is_normalised(graph: Graph, call: LayerCall, outputs: set[str]) -> bool:
    """Whether all that takes the convolution's output takes its mean off, channel by channel."""
    after = [graph.by_id[name] for name in graph.consumers[call.id]]
    is_inside = call.config.get("activation") in {None, "linear"} and call.id not in outputs
    return is_inside and bool(after) and all(_normalises(one, call) for one in after)


def _normalises(call: LayerCall, convolution: LayerCall) -> bool:
    """Whether it normalises the convolution's channels; a frozen one's mean stays as it is."""
    if call.type != "BatchNormalization" or call.config.get("trainable") is False:
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
    graph = structure.graph
    needed = {ref.call for ref in graph.outputs}
    for call in reversed(graph.calls):
        if call.id in needed:
            needed.update(ref.call for ref in call.inputs)
    found = [call for call in graph.calls if call.id not in needed]
    if found and graph.outputs:
        calls = tuple(call.id for call in found)
        yield Problem("unused_layer", "warning", _unused_words(found, numbers), calls)


def _unused_words(found: list[LayerCall], numbers: Numbers) -> str:
    """What is thrown away: an input computes nothing, and not every layer has weights."""
    layers = [call for call in found if op_kind(call) != "input"]
    inputs = len(found) - len(layers)
    if not layers:
        what = "is fed to it" if inputs == 1 else "is fed to them"
        return f"No output depends on {counted(inputs, 'input')}: what {what} changes nothing."
    words = counted(len(layers), "layer call") + (
        f" and {counted(inputs, 'input')}" if inputs else ""
    )
    made, their = ("it computes", "its") if len(layers) == 1 else ("they compute", "their")
    has_weights = any(numbers.calls[call.id].parameters != 0 for call in layers)
    never = f", and {their} weights are never trained" if has_weights else ""
    return f"No output depends on {words}: what {made} is thrown away{never}."


def _dense_holds_most(structure: Structure, numbers: Numbers) -> Iterator[Problem]:
    totals = numbers.totals.numbers
    if totals.parameters_at_least or not totals.parameters:
        return
    found: dict[str, list[str]] = {}
    for call in structure.graph.calls:
        own = numbers.calls[call.id].parameters
        kind = (wrapped_layer(call) or call).type
        if kind in DENSE and own is not None and 2 * own > totals.parameters:
            found.setdefault(call.layer, []).append(call.id)
    for calls in found.values():
        own = numbers.calls[calls[0]].parameters or 0
        share = percent(own, totals.parameters)
        words = (
            f"One dense layer holds all {own:,} parameters: nothing else of the model has any."
            if own == totals.parameters
            else f"One dense layer holds {own:,} of {totals.parameters:,} parameters ({share}), so "
            "the model's size says little about the rest of it."
        )
        yield Problem("dense_holds_most", "information", words, tuple(calls))


def _mixed_dtypes(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Which floating-point types the calls' outputs have (inputs are cast by what takes them)."""
    by_dtype: dict[str, list[str]] = {}
    for call in structure.graph.calls:
        dtype = call.outputs[0].dtype
        if dtype is not None and is_floating(dtype) and op_kind(call) != "input":
            by_dtype.setdefault(dtype, []).append(call.id)
    if len(by_dtype) < 2:
        return
    counts = Counter({dtype: len(calls) for dtype, calls in by_dtype.items()}).most_common()
    usual = counts[0][0]
    others = {name for dtype, calls in by_dtype.items() if dtype != usual for name in calls}
    words = ", ".join(f"{dtype} ({count:,})" for dtype, count in counts)
    yield Problem(
        "mixed_dtypes",
        "information",
        f"Calls compute in different floating-point types, {words}: values are rounded where "
        "they pass from one to another, and memory differs from call to call.",
        tuple(call.id for call in structure.graph.calls if call.id in others),
    )


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
