"""Calls that are the same one in two models, by structure and never by name.

First come calls with the same past and the same future, then those with one of both. What is left
is aligned between them: blocks and units by what they hold, then the calls inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.comparison.alignment import align, longest_ascending
from resnet_viz.comparison.traits import ArchitectureTraits, CallTraits
from resnet_viz.graph.types import TensorRef

_LEAST_ALIKE: Final = 0.3
"""Share of what two blocks hold that must be alike to pair them."""


class CallMatching(msgspec.Struct, frozen=True):
    """Result of ``match_calls``.

    Attributes:
        pairs: id in b by id in a.
        moved: ids in a of the pairs that stand at another point of their block.
    """

    pairs: dict[str, str]
    moved: frozenset[str]


class _Pairs:
    """Pairs so far, looked up from both sides."""

    def __init__(self) -> None:
        self.by_left: dict[str, str] = {}
        self.taken: set[str] = set()

    def add(self, left: str, right: str) -> None:
        """Pair a call of each model."""
        self.by_left[left] = right
        self.taken.add(right)


def match_calls(a: ArchitectureTraits, b: ArchitectureTraits) -> CallMatching:
    """Pair the calls of two models; the same pairs whichever model comes first."""
    if b.fingerprint < a.fingerprint:
        mirrored = _match(b, a)
        pairs = {own: other for other, own in mirrored.pairs.items()}
        return CallMatching(pairs, frozenset(mirrored.pairs[call] for call in mirrored.moved))
    return _match(a, b)


def _match(a: ArchitectureTraits, b: ArchitectureTraits) -> CallMatching:
    pairs = _Pairs()
    for hashes in (_both_hashes, _ancestry, _descent):
        _pair_equal(hashes(a), hashes(b), pairs)
    moved: set[str] = set()
    for left, right in _regions(a, b, dict(pairs.by_left)):
        _align_calls(a, b, left, right, pairs)
        moved |= _pair_moved(a, b, left, right, pairs)
    rewired = _by_wiring(a, b, pairs.by_left)
    rewired = _reversed(_by_wiring(b, a, _reversed(rewired)))
    rewired = _by_users(a, b, rewired)
    rewired = _reversed(_by_users(b, a, _reversed(rewired)))
    return CallMatching(rewired, frozenset(moved & rewired.keys()))


def _both_hashes(traits: ArchitectureTraits) -> dict[str, bytes]:
    ancestry, descent = traits.ancestry, traits.descent
    return {call: ancestry[call] + descent[call] for call in traits.calls}


def _ancestry(traits: ArchitectureTraits) -> dict[str, bytes]:
    return {call: traits.ancestry[call] for call in traits.calls}


def _descent(traits: ArchitectureTraits) -> dict[str, bytes]:
    return {call: traits.descent[call] for call in traits.calls}


def _pair_equal(left: dict[str, bytes], right: dict[str, bytes], pairs: _Pairs) -> None:
    """Add pairs with equal hashes, where both models have as many of them left."""
    of_left = _by_hash(left, pairs.by_left)
    of_right = _by_hash(right, pairs.taken)
    for digest, calls in of_left.items():
        others = of_right.get(digest, [])
        if len(others) == len(calls):
            for one, other in zip(calls, others, strict=True):
                pairs.add(one, other)


def _by_hash(hashes: dict[str, bytes], taken: Container[str]) -> dict[bytes, list[str]]:
    calls: dict[bytes, list[str]] = {}
    for call, digest in hashes.items():
        if call not in taken:
            calls.setdefault(digest, []).append(call)
    return calls


def _reversed(pairs: dict[str, str]) -> dict[str, str]:
    return {other: one for one, other in pairs.items()}


def _by_wiring(
    a: ArchitectureTraits, b: ArchitectureTraits, pairs: dict[str, str]
) -> dict[str, str]:
    """The pairs, but where a lone call of b does the same on the very inputs, that call.

    The order of parallel branches can't tell two calls that are alike from each other; their
    inputs can.
    """
    graph_a, graph_b = a.document.graph, b.document.graph
    mended = dict(pairs)
    taken = set(pairs.values())
    for call in graph_a.calls:
        partner = mended.get(call.id)
        if partner is None or not call.inputs or any(ref.call not in mended for ref in call.inputs):
            continue
        wanted = tuple(TensorRef(mended[ref.call], ref.output) for ref in call.inputs)
        found = graph_b.by_id[partner].inputs
        if found == wanted or any(ref.call not in taken for ref in found):
            continue  # in the latter case a lone call before it explains the difference
        for other in graph_b.consumers[wanted[0].call]:
            lone = other not in taken and b.calls[other].key == b.calls[partner].key
            if lone and graph_b.by_id[other].inputs == wanted:
                taken.remove(partner)
                taken.add(other)
                mended[call.id] = other
                break
    return mended


def _by_users(
    a: ArchitectureTraits, b: ArchitectureTraits, pairs: dict[str, str]
) -> dict[str, str]:
    """The pairs, but of like calls side by side or in a row the one whose users agree."""
    graph_a, graph_b = a.document.graph, b.document.graph
    mended = dict(pairs)

    def agreeing(call: str, partner: str) -> int:
        users = set(graph_b.consumers[partner])
        return sum(mended.get(user) in users for user in graph_a.consumers[call])

    for call in graph_a.calls:
        if call.id in mended or not call.inputs:
            continue
        before = call.inputs[0].call
        beside = (c for c in graph_a.consumers[before] if graph_a.by_id[c].inputs == call.inputs)
        for sibling in (before, *beside):
            partner = mended.get(sibling)
            if partner is None or a.calls[sibling].key != a.calls[call.id].key:
                continue
            if agreeing(call.id, partner) > agreeing(sibling, partner):
                del mended[sibling]
                mended[call.id] = partner
                break
    return mended


class _Item(msgspec.Struct, frozen=True):
    """A block, a unit or a lone call: its calls in canonical order."""

    calls: tuple[str, ...]


def _regions(
    a: ArchitectureTraits, b: ArchitectureTraits, anchors: dict[str, str]
) -> Iterator[tuple[list[str], list[str]]]:
    """Calls of both models that may be paired with each other, region by region."""
    if not (a.document.structure.blocks and b.document.structure.blocks):
        yield from _segments(list(a.calls), list(b.calls), anchors)
        return
    left, right = _items(a), _items(b)
    fixed = _anchored_items(left, right, anchors)
    taken = set(fixed.values())
    boundaries = [(-1, -1), *longest_ascending(list(fixed.items())), (len(left), len(right))]
    for (left_from, right_from), (left_to, right_to) in pairwise(boundaries):
        lefts = [left[each] for each in range(left_from + 1, left_to) if each not in fixed]
        rights = [right[each] for each in range(right_from + 1, right_to) if each not in taken]
        yield from _item_regions(lefts, rights, _align_items(a, b, lefts, rights))
    for one, other in fixed.items():
        yield from _segments(list(left[one].calls), list(right[other].calls), anchors)


def _item_regions(
    left: list[_Item], right: list[_Item], pairs: list[tuple[int, int]]
) -> Iterator[tuple[list[str], list[str]]]:
    """Calls of each pair of items, and of what lies between two pairs."""
    for one, other in pairs:
        yield list(left[one].calls), list(right[other].calls)
    ends = [(-1, -1), *pairs, (len(left), len(right))]
    for (left_from, right_from), (left_to, right_to) in pairwise(ends):
        yield (
            [call for item in left[left_from + 1 : left_to] for call in item.calls],
            [call for item in right[right_from + 1 : right_to] for call in item.calls],
        )


def _items(traits: ArchitectureTraits) -> list[_Item]:
    """Outermost blocks and cells, units outside them, and calls outside both."""
    owner = _owners(traits.document.structure)
    items: dict[str, list[str]] = {}
    for call in traits.calls:
        key = owner.get(call, call)
        items[key] = [*items.pop(key, ()), call]  # an item stands where its last call does
    return [_Item(tuple(calls)) for calls in items.values()]


def _owners(structure: Structure) -> dict[str, str]:
    """Key of the item of each call inside one."""
    owner: dict[str, str] = {}
    for kinds in (("block", "cell"), ("unit",)):
        for group in structure.groups:  # outer groups come first
            if group.kind in kinds:
                for call in group.calls:
                    owner.setdefault(call, f"group {group.id}")
    return owner


def _anchored_items(
    left: list[_Item], right: list[_Item], anchors: dict[str, str]
) -> dict[int, int]:
    """Items that share most anchors, at least a third of the larger one's calls, one for one."""
    home = {call: index for index, item in enumerate(right) for call in item.calls}
    votes: Counter[tuple[int, int]] = Counter()
    for index, item in enumerate(left):
        votes.update((index, home[anchors[call]]) for call in item.calls if call in anchors)
    fixed: dict[int, int] = {}
    taken: set[int] = set()
    for (one, other), number in votes.most_common():
        is_much = 3 * number >= max(len(left[one].calls), len(right[other].calls))
        if is_much and one not in fixed and other not in taken:
            fixed[one] = other
            taken.add(other)
    return fixed


def _align_items(
    a: ArchitectureTraits, b: ArchitectureTraits, left: list[_Item], right: list[_Item]
) -> list[tuple[int, int]]:
    """Pairs of items that hold much the same, in order."""
    contents: dict[tuple[tuple[object, int], ...], Counter[object]] = {}

    def kind(traits: ArchitectureTraits, item: _Item) -> tuple[tuple[object, int], ...]:
        held = Counter(_tokens(traits.calls[call] for call in item.calls))
        key = tuple(sorted(held.items(), key=repr))
        contents.setdefault(key, held)
        return key

    @cache
    def score(one: tuple[tuple[object, int], ...], other: tuple[tuple[object, int], ...]) -> int:
        held, wanted = contents[one], contents[other]
        common = (held & wanted).total()
        return common if common >= _LEAST_ALIKE * max(held.total(), wanted.total()) else 0

    kinds = [kind(a, item) for item in left], [kind(b, item) for item in right]
    return align(*kinds, score)


def _tokens(calls: Iterable[CallTraits]) -> Iterator[object]:
    """Tokens by which items are compared: classes, settings and sizes."""
    for traits in calls:
        yield traits.kind
        yield traits.key
        yield traits.key, traits.call.output_shape


def _segments(
    left: list[str], right: list[str], anchors: dict[str, str]
) -> Iterator[tuple[list[str], list[str]]]:
    """Calls between the anchors of two sequences."""
    places = {call: index for index, call in enumerate(right)}
    known = [
        (index, places[anchors[call]])
        for index, call in enumerate(left)
        if anchors.get(call) in places
    ]
    ends = [(-1, -1), *longest_ascending(known), (len(left), len(right))]
    for (left_from, right_from), (left_to, right_to) in pairwise(ends):
        if left_to - left_from > 1 or right_to - right_from > 1:
            yield left[left_from + 1 : left_to], right[right_from + 1 : right_to]


def _align_calls(
    a: ArchitectureTraits,
    b: ArchitectureTraits,
    left: Sequence[str],
    right: Sequence[str],
    pairs: _Pairs,
) -> None:
    """Pair calls of one region in their order; add them to ``pairs``."""
    lefts = [call for call in left if call not in pairs.by_left]
    rights = [call for call in right if call not in pairs.taken]
    score = _call_score()
    kinds_left = [_CallKind(a.calls[call]) for call in lefts]
    kinds_right = [_CallKind(b.calls[call]) for call in rights]
    for one, other in align(kinds_left, kinds_right, score):
        pairs.add(lefts[one], rights[other])


class _CallKind:
    """Settings and size of a call, which decide its score."""

    __slots__ = ("_key", "traits")

    def __init__(self, traits: CallTraits) -> None:
        self.traits = traits
        self._key = traits.key, traits.call.output_shape

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _CallKind) and self._key == other._key


def _call_score() -> Callable[[_CallKind, _CallKind], int]:
    """Score of two calls: class, then settings, then size; 0 for other families."""

    def score(one: _CallKind, other: _CallKind) -> int:
        first, second = one.traits, other.traits
        if first.kind != second.kind:
            same_family = first.family == second.family and first.family not in ("custom", "other")
            return 2 if same_family else 0
        same_size = first.call.output_shape == second.call.output_shape
        if first.key == second.key:
            return 14 + 2 * same_size
        names = first.settings.keys() | second.settings.keys()
        equal: int = sum(first.settings.get(name) == second.settings.get(name) for name in names)
        return 6 + 6 * equal // max(len(names), 1) + 2 * same_size

    return score


def _pair_moved(
    a: ArchitectureTraits,
    b: ArchitectureTraits,
    left: Sequence[str],
    right: Sequence[str],
    pairs: _Pairs,
) -> set[str]:
    """Pair what does the same at another point of the region; add it to ``pairs``."""
    waiting: dict[bytes, list[str]] = {}
    for call in right:
        if call not in pairs.taken:
            waiting.setdefault(b.calls[call].key, []).append(call)
    moved = set()
    for call in left:
        others = waiting.get(a.calls[call].key)
        if call not in pairs.by_left and others:
            pairs.add(call, others.pop(0))
            moved.add(call)
    return moved
