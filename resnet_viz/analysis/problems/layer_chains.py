"""Problems of depth: long chains without shortcuts, and activations after additions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.keras_ops.convolution_ops import as_layer
from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.keras_ops.wrappers import effective_call
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.indexing.indexed_graph import is_identity
from resnet_viz.analysis.structure.types import RESIDUAL_KINDS, Structure
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.ops import SEPARABLE, is_weighted, op_kind
from resnet_viz.graph.types import Graph, LayerCall, is_join

LONG: Final = 20
"""Weighted layers in a row, without normalisation or shortcut, that make a chain long."""
_DIVISIONS: Final = frozenset({"Divide", "TrueDivide"})


# -- long chains ---------------------------------------------------------------------------------


def long_chains(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Chains of 20 or more weighted layers with neither normalisation nor shortcut."""
    lengths, previous = _chains(structure)
    seen: set[str] = set()
    for end in sorted(lengths, key=lambda name: -lengths[name]):
        if lengths[end] < LONG:
            return
        chain, is_new = _chain(end, previous, seen)
        seen.update(chain)
        if is_new:
            by_id = structure.graph.by_id
            is_counted = once_for_equal(structure.graph, partial(_weighted_layers, structure.graph))
            yield Problem(
                "long_chain",
                "warning",
                f"{lengths[end]:,} weighted layers in a row with neither normalisation nor "
                "shortcut: gradients vanish or explode along such a path, so it trains badly if "
                "at all.",
                tuple(name for name in chain if is_counted(by_id[name])),
            )


def _chains(structure: Structure) -> tuple[dict[str, int], dict[str, str]]:
    """Length of the chain that ends at each call, and the call before it there.

    Where branches meet, the shortest counts: gradients take it, be it a shortcut or a gated skip.
    """
    shortcuts = [shortcut for shortcut in structure.shortcuts if shortcut.kind != "gate"]
    skipped: set[str] = set()
    for shortcut in reversed(shortcuts):
        if shortcut.join not in skipped:  # else an outer one skips all that this one does
            skipped.update(shortcut.skipped)
    breaks = skipped | {shortcut.join for shortcut in shortcuts}
    lengths: dict[str, int] = {}
    previous: dict[str, str] = {}
    graph = structure.graph
    may_normalise = once_for_equal(graph, _may_normalise)
    weighted_layers = once_for_equal(graph, partial(_weighted_layers, graph))
    for call in graph.calls:
        if call.id in breaks or may_normalise(call) or _multiplies_by_root(graph, call):
            lengths[call.id] = 0
            continue
        before = min((ref.call for ref in call.inputs), key=lengths.__getitem__, default=None)
        lengths[call.id] = weighted_layers(call) + (0 if before is None else lengths[before])
        if before is not None and lengths[before]:
            previous[call.id] = before
    return lengths, previous


def _weighted_layers(graph: Graph, call: LayerCall) -> int:
    own = effective_call(as_layer(graph, call))
    return 2 if own.keras_class in SEPARABLE else int(is_weighted(own))


def _may_normalise(call: LayerCall) -> bool:
    """True for normalisation, as a layer or in operations, and for calls of unknown inside.

    Operations normalise where one tensor is divided by another; see ``_multiplies_by_root`` too.
    """
    own = effective_call(call)
    if "norm" in (op_kind(call), display_kind(own)):
        return True
    if not call.keras_class or display_kind(call) == "custom":
        return True
    return is_join(call) and call.keras_class in _DIVISIONS


def _multiplies_by_root(graph: Graph, call: LayerCall) -> bool:
    """True for operations that normalise by the inverse of a root."""
    if call.type != "Multiply" or not call.keras_class:
        return False
    return any(graph.by_id[ref.call].keras_class == "Rsqrt" for ref in call.inputs)


def _chain(end: str, previous: dict[str, str], seen: set[str]) -> tuple[tuple[str, ...], bool]:
    """The chain up to ``end``, or its last part where it leaves a chain that was seen before."""
    chain: list[str] = []
    call: str | None = end
    while call is not None and call not in seen:
        chain.append(call)
        call = previous.get(call)
    return tuple(reversed(chain)), call is None


# -- activations after additions -----------------------------------------------------------------


class _Tail(NamedTuple):
    """Activations after a residual block's addition.

    ``is_projected`` if the sum goes to nothing but a convolution or dense layer: the last block
    before the head may be linear (Inception-ResNet-v2, Xception).
    """

    join: str
    activations: int
    calls: tuple[str, ...]
    is_projected: bool


def join_activations(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Residual blocks with no, or several, activations after the addition, unlike most others."""
    missing: list[_Tail] = []
    doubled: list[_Tail] = []
    for tails in _tails_by_kind(structure):
        activated = [tail for tail in tails if tail.activations >= 1]
        single = [tail for tail in activated if tail.activations == 1]
        if 2 * len(activated) <= len(tails) or len(tails) < 3:
            continue
        missing += [tail for tail in tails if tail.activations == 0 and not tail.is_projected]
        if 2 * len(single) > len(tails):
            doubled += [tail for tail in activated if tail.activations > 1]
    joins = tuple(tail.join for tail in missing)
    yield from _unlike_others("missing_activation", "without an activation", missing, joins)
    calls = tuple(name for tail in doubled for name in tail.calls)
    yield from _unlike_others("doubled_activation", "with several activations", doubled, calls)


def _tails_by_kind(structure: Structure) -> Iterator[list[_Tail]]:
    """Tails of residual blocks of the same kind in the same (sub)model."""
    graph = structure.graph
    tails: dict[tuple[str, str], list[_Tail]] = {}
    for group in structure.blocks:
        if group.block_kind not in RESIDUAL_KINDS or group.join is None:
            continue
        calls = _after_join(graph, group.join)
        kinds = [op_kind(graph.by_id[name]) for name in calls]
        count = kinds.count("activation") or int(_is_activated(graph, group.join))
        key = (graph.by_id[group.join].scope, str(group.block_kind))
        after = [graph.by_id[name] for name in graph.consumers[group.join]]
        is_projected = len(after) == 1 and is_weighted(after[0])  # no shortcut starts there
        tails.setdefault(key, []).append(_Tail(group.join, count, calls, is_projected))
    yield from tails.values()


def _unlike_others(
    code: str, activations: str, blocks: list[_Tail], calls: tuple[str, ...]
) -> Iterator[Problem]:
    if blocks:
        yield Problem(
            code,
            "warning",
            f"{counted(len(blocks), 'residual block')} {activations} after the addition, where "
            "most blocks of this kind have one: probably a mistake, and it changes what follows.",
            calls,
        )


def _is_activated(graph: Graph, join: str) -> bool:
    """True if an activation takes the sum, whatever else does (a feature tap, say)."""
    return any(op_kind(graph.by_id[name]) == "activation" for name in graph.consumers[join])


def _after_join(graph: Graph, join: str) -> tuple[str, ...]:
    """Activations and normalisations that follow an addition, one after the other."""
    following: list[str] = []
    outputs = {ref.call for ref in graph.outputs}
    name = join
    while name not in outputs and len(graph.consumers[name]) == 1:
        name = graph.consumers[name][0]
        call = graph.by_id[name]
        if len(set(call.inputs)) != 1:
            break
        if op_kind(call) in {"activation", "norm"}:
            following.append(name)
        elif not is_identity(call):
            break
    return tuple(following)
