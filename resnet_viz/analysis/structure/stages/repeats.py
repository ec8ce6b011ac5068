"""Repeats: periods of equal items along the path, such as an encoder's layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.indexing.ordering import topological
from resnet_viz.analysis.structure.stages.items import StageItem
from resnet_viz.analysis.structure.stages.stages import Stage

_LONGEST_PERIOD: Final = 8

Key: TypeAlias = tuple[str, str]
"""Kind and signature that equal items share."""


class _Run(NamedTuple):
    """Equal periods that follow each other: the first item, items in a period, periods."""

    start: int
    period: int
    times: int


def group_repeats(
    graph: IndexedGraph,
    stages: list[Stage],
    sign: Callable[[StageItem], Key],
    first_input: Callable[[StageItem], int | None],
) -> list[Stage]:
    """The stages with every period of several items that repeats as one item of its own.

    Args:
        graph: the graph of the scope.
        stages: its stages.
        sign: the key of an item.
        first_input: for a submodel with several inputs, the call that makes the first.
    """
    items = [item for stage in stages for item in stage.items]
    if sum(_is_whole(graph, item) for item in items) < 2 * 2:
        return stages
    path = _Path(graph, items, first_input)
    grouped = []
    number = 0
    for stage in stages:
        inside = range(number, number + len(stage.items))
        number += len(stage.items)
        grouped.append(Stage(_grouped(path, inside, sign), stage.is_head))
    return grouped


def _is_whole(graph: IndexedGraph, item: StageItem) -> bool:
    """True for a block, a cell or a submodel: a period holds at least one."""
    return item.is_block or item.calls[0] in graph.nested


def _grouped(path: _Path, inside: range, sign: Callable[[StageItem], Key]) -> list[StageItem]:
    own = [path.items[number] for number in inside]
    if sum(_is_whole(path.graph, item) for item in own) < 2 * 2:
        return own
    periods: list[list[int]] = []
    for chain in path.chains(inside):
        keys = [sign(path.items[number]) for number in chain]
        for run in _runs(keys):
            found = [
                chain[run.start + at * run.period : run.start + (at + 1) * run.period]
                for at in range(run.times)
            ]
            holds_whole = any(_is_whole(path.graph, path.items[each]) for each in found[0])
            if run.period > 1 and holds_whole and all(map(path.is_convex, found)):
                periods += found
    return path.contracted(inside, periods) if periods else own


def _runs(keys: Sequence[Key]) -> Iterator[_Run]:
    """Runs of equal periods, from left to right; the longest first, then the smallest period."""
    start = 0
    while start < len(keys):
        best = _Run(start, 1, 1)
        for period in range(1, min(_LONGEST_PERIOD, (len(keys) - start) // 2) + 1):
            end = start
            while end + period < len(keys) and keys[end] == keys[end + period]:
                end += 1
            count = (end - start) // period + 1
            if count > 1 and count * period > best.times * best.period:
                best = _Run(start, period, count)
        if best.times > 1:
            yield best
        start += best.times * best.period


class _Path:
    """Successors of items along their main inputs, side inputs left out."""

    def __init__(
        self,
        graph: IndexedGraph,
        items: list[StageItem],
        first_input: Callable[[StageItem], int | None],
    ) -> None:
        self.graph = graph
        self.items = items
        self._item_of = {index: n for n, item in enumerate(items) for index in item.calls}
        self._producers = [self._find_producers(item) for item in items]
        self._main = [self._main_producer(n, first_input) for n in range(len(items))]

    def _find_producers(self, item: StageItem) -> set[int]:
        inside = set(item.calls)
        before = {source for index in item.calls for source in self.graph.preds[index]}
        return {self._item_of[source] for source in before - inside}

    def _main_producer(
        self, number: int, first_input: Callable[[StageItem], int | None]
    ) -> int | None:
        """The item that makes the main input: at a block's dot, or the only or first one."""
        producers, item = self._producers[number], self.items[number]
        if len(producers) == 1:
            return next(iter(producers))
        if item.block is not None and item.block.region is not None:
            lead = item.block.lead
            entry = self.graph.preds[lead[0]][0] if lead else item.block.region.entry
        elif item.cell is not None:
            entry = -1 if item.cell.entry is None else item.cell.entry
        else:
            found = first_input(item)
            entry = -1 if found is None else found
        return self._item_of.get(entry)

    def chains(self, inside: range) -> list[list[int]]:
        """Maximal chains of items of a stage in which each follows the one before it."""
        followers: dict[int, list[int]] = {}
        for number in inside:
            main = self._main[number]
            if main is not None and main in inside:
                followers.setdefault(main, []).append(number)
        after: dict[int, int] = {}
        for number, candidates in followers.items():
            whole = [each for each in candidates if _is_whole(self.graph, self.items[each])]
            only = whole or candidates
            if len(only) == 1:
                after[number] = only[0]
        heads = set(inside).difference(after.values())
        chains = []
        for head in sorted(heads):
            chain = [head]
            while chain[-1] in after:
                chain.append(after[chain[-1]])
            chains.append(chain)
        return chains

    def is_convex(self, group: Sequence[int]) -> bool:
        """Return whether no path leaves a chain of items and enters it again."""
        inside = set(group)
        entering = {each for number in group[1:] for each in self._producers[number]} - inside
        seen = set(entering)
        waiting = list(entering)
        while waiting:
            before = self._producers[waiting.pop()]
            if not inside.isdisjoint(before):
                return False
            waiting += before - seen
            seen |= before
        return True

    def contracted(self, inside: range, groups: Iterable[Sequence[int]]) -> list[StageItem]:
        """A stage's items with each group as one, in topological order.

        The items as they were if groups depend on each other both ways.
        """
        place = {number: number for number in inside}
        for group in groups:
            place.update(dict.fromkeys(group, group[-1]))
        members: dict[int, list[int]] = {}
        for number, at in place.items():
            members.setdefault(at, []).append(number)
        before = {
            at: {place[p] for n in numbers for p in self._producers[n] if p in place} - {at}
            for at, numbers in members.items()
        }
        order = topological(before)
        if len(order) < len(members):
            return [self.items[number] for number in inside]
        return [self._item(members[at]) for at in order]

    def _item(self, numbers: list[int]) -> StageItem:
        if len(numbers) == 1:
            return self.items[numbers[0]]
        parts = tuple(self.items[number] for number in sorted(numbers))
        calls = sorted(index for part in parts for index in part.calls)
        return StageItem(calls, repeat=_kind(self.graph, parts), parts=parts)


def _kind(graph: IndexedGraph, parts: Iterable[StageItem]) -> str:
    """The title of a period by what it holds: an encoder's or a decoder's layer, else a repeat.

    A decoder's layer attends to a tensor from the side, or to earlier positions only.
    """
    attending = [part for part in parts if part.block and part.block.kind == "attention"]
    if not attending:
        return "repeat"
    is_decoder = any(_attends_aside(graph, part) for part in attending)
    return "decoder layer" if is_decoder else "encoder layer"


def _attends_aside(graph: IndexedGraph, item: StageItem) -> bool:
    inside = set(item.calls)
    sources = {source for index in item.calls for source in graph.preds[index]} - inside
    calls = [graph.calls[index] for index in item.calls if graph.kinds[index] == "attention"]
    is_causal = any(
        call.arguments.get("use_causal_mask") or call.config.get("use_causal_mask")
        for call in calls
    )
    return is_causal or len(sources) > 1
