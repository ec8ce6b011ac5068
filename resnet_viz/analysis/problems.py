"""What a reader of an architecture should know: idle weights, redundant biases, unused layers.

Each rule reads the graph and its structure, never names, and makes at most a few problems, each
for all the calls concerned. Warnings come first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from resnet_viz.analysis.dtypes import is_floating
from resnet_viz.analysis.problems_chains import join_activations, long_chains
from resnet_viz.analysis.problems_windows import (
    even_kernels,
    kernels_on_one_pixel,
    unseen_pixels,
)
from resnet_viz.analysis.values import Numbers, Problem, Structure
from resnet_viz.analysis.words import counted, percent
from resnet_viz.graph.ops import CONVOLUTIONS, DENSE, op_kind
from resnet_viz.graph.values import LayerCall

Rule: TypeAlias = Callable[[Structure, Numbers], Iterator[Problem]]


def problems_of(structure: Structure, numbers: Numbers) -> tuple[Problem, ...]:
    """Everything worth knowing, warnings first; () for nothing."""
    found = [problem for rule in _RULES for problem in rule(structure, numbers)]
    return tuple(sorted(found, key=lambda problem: problem.severity != "warning"))


def _biases(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Normalisation takes off the mean, and with it whatever a bias has added."""
    graph = structure.graph
    outputs = {ref.call for ref in graph.outputs}
    found = []
    for call in graph.calls:
        after = graph.consumers[call.id]
        if (
            call.type in CONVOLUTIONS
            and call.config.get("use_bias", True)
            and call.config.get("activation") in {None, "linear"}
            and call.id not in outputs
            and after
            and all(_normalises(graph.by_id[one]) for one in after)
        ):
            found.append(call)
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


def _normalises(call: LayerCall) -> bool:
    return call.type == "BatchNormalization"


def _bias_size(call: LayerCall) -> int | None:
    shape = call.output_shape
    if shape is None:
        return None
    return shape[1] if call.config.get("data_format") == "channels_first" else shape[-1]


def _unused(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    graph = structure.graph
    needed = {ref.call for ref in graph.outputs}
    for call in reversed(graph.calls):
        if call.id in needed:
            needed.update(ref.call for ref in call.inputs)
    found = tuple(call.id for call in graph.calls if call.id not in needed)
    if found and graph.outputs:
        yield Problem(
            "unused_layer",
            "warning",
            f"No output depends on {counted(len(found), 'layer call')}: what they compute is "
            "thrown away, and their weights are never trained.",
            found,
        )


def _dense_holds_most(structure: Structure, numbers: Numbers) -> Iterator[Problem]:
    totals = numbers.totals.numbers
    if totals.parameters_at_least or not totals.parameters:
        return
    found: dict[str, list[str]] = {}
    for call in structure.graph.calls:
        own = numbers.calls[call.id].parameters
        if call.type in DENSE and own is not None and 2 * own > totals.parameters:
            found.setdefault(call.layer, []).append(call.id)
    for calls in found.values():
        own = numbers.calls[calls[0]].parameters or 0
        share = percent(own, totals.parameters)
        yield Problem(
            "dense_holds_most",
            "information",
            f"One dense layer holds {own:,} of {totals.parameters:,} parameters ({share}), so the "
            "model's size says little about the rest of it.",
            tuple(calls),
        )


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
