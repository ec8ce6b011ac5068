"""Blocks without a join: runs of free units like a residual block's branch; separable pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from resnet_viz.analysis.structure.blocks.blocks import Block, calls_in_gates
from resnet_viz.analysis.structure.blocks.kinds import is_depthwise
from resnet_viz.analysis.structure.blocks.units import Unit
from resnet_viz.analysis.structure.indexing.dominators import VIRTUAL
from resnet_viz.analysis.structure.indexing.indexed_graph import WORKING, IndexedGraph, is_pointwise
from resnet_viz.analysis.structure.regions.regions import Region
from resnet_viz.analysis.structure.types import BlockKind
from resnet_viz.graph.ops import SEPARABLE, TRANSPOSED, OpKind

_PASSED: Final[frozenset[OpKind]] = frozenset(
    {"norm", "activation", "pad", "regularise", "elementwise"}
)
"""Kinds of calls that may lie between the weighted calls of one block."""


class _Pattern(NamedTuple):
    """The pattern of a branch.

    Attributes:
        letters: of its weighted calls: p pointwise, d depthwise, s separable, k a wider kernel.
        normed: it holds a normalisation.
    """

    letters: str
    normed: bool


_Kinds: TypeAlias = dict[_Pattern, BlockKind]
_PAIRS: Final[_Kinds] = {_Pattern("dp", normed): "separable" for normed in (True, False)}
_FEWEST_PAIRS: Final = 2


def plain_blocks(
    graph: IndexedGraph,
    regions: Sequence[Region],
    blocks: Sequence[Block],
    units: Sequence[Unit],
    backbones: Iterable[list[int]],
    in_cells: Collection[int],
) -> list[Block]:
    """Blocks without a shortcut, like residual blocks of the same graph; gates inside included.

    A depthwise and a pointwise call that are like none of these are a separable block (MobileNet)
    if there are several such pairs. The first convolution of the graph, if it is no pointwise one,
    is its stem and in no block.
    """
    kinds = _PAIRS | _patterns(graph, blocks)
    if not any(graph.kinds[unit.main] == "conv" for unit in units):
        return []
    reader = _RunReader(graph, regions, blocks, units, in_cells)
    found = [block for run in backbones for block in reader.blocks(run, kinds)]
    pairs = sum(block.kind == "separable" for block in found)
    return [block for block in found if block.kind != "separable" or pairs >= _FEWEST_PAIRS]


def _patterns(graph: IndexedGraph, blocks: Iterable[Block]) -> _Kinds:
    """Kinds of residual blocks by pattern, the most frequent where it is ambiguous.

    Only patterns that tell something: two plain k×k convolutions, or two dense layers, follow each
    other in any model. The first pointwise call before a depthwise one may be missing.
    """
    counts: Counter[tuple[_Pattern, BlockKind]] = Counter()
    for block in blocks:
        letters = "".join(_letter(*worker) for worker in block.branch)
        if block.in_series and len(letters) > 1 and _tells(letters):
            normed = any(graph.kinds[index] == "norm" for index in block.calls)
            counts[_Pattern(letters, normed), block.kind] += 1
    kinds: _Kinds = {}
    for (pattern, kind), _ in counts.most_common():
        kinds.setdefault(pattern, kind)
    for pattern, kind in list(kinds.items()):
        if pattern.letters.startswith("pd") and len(pattern.letters) > 2:
            kinds.setdefault(_Pattern(pattern.letters[1:], pattern.normed), kind)
    return kinds


def _tells(letters: str) -> bool:
    return "?" not in letters and ("d" in letters or "s" in letters or {*"pk"} <= {*letters})


def _letter(graph: IndexedGraph, index: int) -> str:
    call = graph.calls[index]
    if is_pointwise(call):
        return "p"
    if graph.kinds[index] != "conv" or call.type in TRANSPOSED:
        return "?"
    if call.type in SEPARABLE:
        return "s"
    return "d" if is_depthwise((graph, index)) else "k"


def find_backbones(dominators: list[int], post_dominators: list[int]) -> Iterator[list[int]]:
    """Maximal sequences of calls of which each is on every path to the next, and from the last."""
    for start, before in enumerate(dominators):
        if before != VIRTUAL and post_dominators[before] == start:
            continue  # in the run of the call before
        run = [start]
        while (after := post_dominators[run[-1]]) != VIRTUAL and dominators[after] == run[-1]:
            run.append(after)
        yield run


class _Step(NamedTuple):
    """A weighted call of a run: its letter, and the places in the run where its unit lies."""

    letter: str
    first: int
    last: int


class _RunReader:
    """Finds blocks in runs of calls; of each call it knows the unit, block and region."""

    def __init__(
        self,
        graph: IndexedGraph,
        regions: Iterable[Region],
        blocks: Iterable[Block],
        units: Iterable[Unit],
        in_cells: Collection[int],
    ) -> None:
        self._graph = graph
        self._region_at = {region.join: region for region in regions}
        gates = {one.end: one for one in blocks if one.kind == "gate"}
        self._gate_ends = {index for end, gate in gates.items() for index in (end, *gate.tail)}
        self._taken = {*in_cells, *(index for one in blocks for index in one.calls)}
        self._unit_of = {unit.main: unit for unit in units}

    def blocks(self, run: list[int], kinds: _Kinds) -> Iterator[Block]:
        """The blocks of a run, from left to right; of several patterns the longest matches."""
        by_length = sorted(kinds, key=lambda pattern: -len(pattern.letters))
        for steps in self._sequences(run):
            letters = "".join(step.letter for step in steps)
            at = 0
            while at < len(steps):
                for pattern in by_length:
                    if letters.startswith(pattern.letters, at):
                        found = steps[at : at + len(pattern.letters)]
                        calls = self._calls(run[found[0].first : found[-1].last + 1])
                        if self._matches(calls, pattern):
                            yield Block(None, kinds[pattern], [], [], calls)
                            at += len(pattern.letters) - 1
                            break
                at += 1

    def _sequences(self, run: list[int]) -> Iterator[list[_Step]]:
        """Sequences of free weighted calls with nothing but normalisation and the like between."""
        place = {index: number for number, index in enumerate(run)}
        steps: list[_Step] = []
        is_stem = not self._graph.preds[run[0]]
        for number, index in enumerate(run):
            letter = self._letter(index, run[number - 1] if number else VIRTUAL)
            if letter is None:
                continue
            if is_stem and letter == "k":
                letter = ""
            is_stem = is_stem and letter == "|"  # pooling, say, may come before
            unit = self._unit_of.get(index)
            ends = () if unit is None else (unit.calls[0], unit.calls[-1])
            # A convolution of two tensors, which no Keras builds, may have its unit on a branch.
            if not ends or not letter or letter in "|?" or not all(end in place for end in ends):
                yield steps
                steps = []
            else:
                steps.append(_Step(letter, *(place[end] for end in ends)))
        yield steps

    def _letter(self, index: int, before: int) -> str | None:
        """The letter of a call of a run; None for one to pass, "|" for one that ends a sequence."""
        graph = self._graph
        region = self._region_at.get(index)
        if index in self._gate_ends:
            return None if region is None or region.entry == before else "|"
        if index in self._taken or region is not None:
            return "|"
        if graph.kinds[index] in WORKING:
            return _letter(graph, index)
        if graph.kinds[index] in _PASSED:
            return None
        # A join of branches without weights, x · sigmoid(x) say, is an activation.
        weightless = graph.kinds[index] == "join" and before in graph.preds[index]
        return None if weightless else "|"

    def _calls(self, run: Sequence[int]) -> list[int]:
        """The calls of a part of a run with those on the branches between them, ascending."""
        calls = set(run)
        waiting = list(run[1:])
        while waiting:
            before = [index for index in self._graph.preds[waiting.pop()] if index not in calls]
            calls.update(before)
            waiting += before
        return sorted(calls)

    def _matches(self, calls: list[int], pattern: _Pattern) -> bool:
        """Return whether nothing else works but gates, and normalisation is there alike."""
        gates = {region.join: region for region in map(self._region_at.get, calls) if region}
        in_gates = calls_in_gates(self._graph, gates.values())
        kinds = [self._graph.kinds[index] for index in calls if index not in in_gates]
        working = sum(kind in WORKING for kind in kinds)
        return working == len(pattern.letters) and ("norm" in kinds) == pattern.normed
