"""Contraction of several tensors of an einsum equation, two at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import prod
from typing import Final, TypeAlias

MOST_OPERANDS: Final = 8
"""Operands whose cheapest order is sought: it takes 3ⁿ steps."""

_Letters: TypeAlias = frozenset[str]


def contraction_steps(
    operands: Sequence[str], output: str, sizes: Mapping[str, int | None]
) -> list[_Letters]:
    """The letters of each pairwise contraction, in the order of the fewest combinations in all.

    Between contractions a letter is summed up as soon as nothing else has it.

    Args:
        operands: the letters of each, at least two and at most ``MOST_OPERANDS``.
        output: the letters of the result.
        sizes: of all letters; one that is unknown counts as large.
    """
    assumed = {letter: 1 << 20 if size is None else size for letter, size in sizes.items()}
    full = (1 << len(operands)) - 1

    @cache
    def kept(subset: int) -> _Letters:
        """Letters of what some of the operands are contracted to."""
        inside, outside = set[str](), set(output)
        for number, text in enumerate(operands):
            (inside if subset >> number & 1 else outside).update(text)
        return frozenset(inside & outside)

    def held(subset: int) -> _Letters:
        alone = subset.bit_count() == 1
        return frozenset(operands[subset.bit_length() - 1]) if alone else kept(subset)

    @cache
    def cheapest(subset: int) -> tuple[int, tuple[_Letters, ...]]:
        """Combinations in all, and letters of each step."""
        if subset.bit_count() == 1:
            return 0, ()
        found: list[tuple[int, tuple[_Letters, ...]]] = []
        part = (subset - 1) & subset
        while part:
            rest = subset ^ part
            if part > rest:  # each pair once
                letters = held(part) | held(rest)
                before, after = cheapest(part), cheapest(rest)
                count = before[0] + after[0] + prod(assumed[letter] for letter in letters)
                found.append((count, (*before[1], *after[1], letters)))
            part = (part - 1) & subset
        return min(found, key=lambda each: each[0])

    return list(cheapest(full)[1])
