"""Problems of depth: long chains that nothing helps, and activations after additions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.indexed_graph import is_identity
from resnet_viz.analysis.structure.types import RESIDUAL_KINDS, Group, Structure
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.graph.ops import SEPARABLE, is_weighted, op_kind
from resnet_viz.graph.types import Graph

LONG: Final = 20
"""So many weighted layers in a row, with nothing that helps gradients through, are a problem."""


def long_chains(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Runs of 20 or more weighted layers with neither normalisation nor shortcut."""
    length, before = _runs(structure)
    taken: set[str] = set()
    for end in sorted(length, key=lambda name: -length[name]):
        if length[end] < LONG:
            return
        chain = _chain(end, before)
        if taken.isdisjoint(chain):
            taken.update(chain)
            by_id = structure.graph.by_id
            weighted = tuple(name for name in chain if is_weighted(by_id[name]))
            yield Problem(
                "long_chain",
                "warning",
                f"{length[end]:,} weighted layers in a row with neither normalisation nor "
                "shortcut: gradients fade or blow up on such a way, and it trains badly if at all.",
                weighted,
            )


def _runs(structure: Structure) -> tuple[dict[str, int], dict[str, str]]:
    """For each call the weighted layers in a row that end there, and the call before it."""
    helped, joins = _helped(structure)
    length: dict[str, int] = {}
    before: dict[str, str] = {}
    for call in structure.graph.calls:
        if op_kind(call) == "norm" or call.id in joins or call.id in helped:
            length[call.id] = 0
            continue
        longest = max((ref.call for ref in call.inputs), key=length.__getitem__, default=None)
        own = 2 if call.type in SEPARABLE else int(is_weighted(call))
        length[call.id] = own + (0 if longest is None else length[longest])
        if longest is not None and length[longest]:
            before[call.id] = longest
    return length, before


def _helped(structure: Structure) -> tuple[set[str], set[str]]:
    """The calls that some shortcut skips, and the joins where shortcuts end (gates are none)."""
    shortcuts = [one for one in structure.shortcuts if one.kind != "gate"]
    skipped = {name for one in shortcuts for name in one.skipped}
    return skipped, {one.join for one in shortcuts}


def _chain(end: str, before: dict[str, str]) -> tuple[str, ...]:
    chain = [end]
    while chain[-1] in before:
        chain.append(before[chain[-1]])
    return tuple(reversed(chain))


def join_activations(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Residual blocks without, or with two, activations after the addition: unlike the others."""
    siblings: dict[tuple[str, str], list[tuple[Group, int, tuple[str, ...]]]] = {}
    for group in structure.blocks:
        if group.block_kind not in RESIDUAL_KINDS or group.join is None:
            continue
        calls = _after_join(structure.graph, group.join)
        kinds = [op_kind(structure.graph.by_id[name]) for name in calls]
        scope = structure.graph.by_id[group.join].scope
        count = kinds.count("activation") or int(_is_activated(structure.graph, group.join))
        entry = (group, count, calls)
        siblings.setdefault((scope, str(group.block_kind)), []).append(entry)
    missing: list[str] = []
    doubled: list[str] = []
    for blocks in siblings.values():
        usual = sum(1 for _, count, _ in blocks if count >= 1)
        if 2 * usual <= len(blocks) or len(blocks) < 3:
            continue
        missing += [group.join or "" for group, count, _ in blocks if count == 0]
        if 2 * sum(1 for _, count, _ in blocks if count == 1) > len(blocks):
            doubled += [name for _, count, calls in blocks if count > 1 for name in calls]
    yield from _unlike("missing_activation", "without an activation", len(missing), missing)
    twice = set(doubled)
    hit = [1 for found in siblings.values() for _, _, calls in found if twice.intersection(calls)]
    yield from _unlike("doubled_activation", "with several activations", len(hit), doubled)


def _is_activated(graph: Graph, join: str) -> bool:
    """Whether an activation takes the sum, whatever else does (a tap for features, say)."""
    return any(op_kind(graph.by_id[name]) == "activation" for name in graph.consumers[join])


def _unlike(code: str, words: str, blocks: int, calls: list[str]) -> Iterator[Problem]:
    if calls:
        yield Problem(
            code,
            "warning",
            f"{counted(blocks, 'residual block')} {words} after the addition, where the other "
            "blocks of the kind have one: probably a slip, and it changes what follows.",
            tuple(calls),
        )


def _after_join(graph: Graph, join: str) -> tuple[str, ...]:
    """Activations and normalisations that follow an addition, one after the other."""
    found: list[str] = []
    outputs = {ref.call for ref in graph.outputs}
    name = join
    while name not in outputs and len(graph.consumers[name]) == 1:
        name = graph.consumers[name][0]
        call = graph.by_id[name]
        if len(set(call.inputs)) != 1:
            break
        if op_kind(call) in {"activation", "norm"}:
            found.append(name)
        elif not is_identity(call):
            break
    return tuple(found)
