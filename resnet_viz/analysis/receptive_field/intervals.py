"""Receptive fields as intervals of input pixels, exact along each axis.

Position o of a tensor sees the pixels from ``first`` to ``last``. After convolutions and pooling
both grow with o by a whole number of pixels, the jump; after up-sampling several positions see the
same pixels, and the pattern repeats after a few positions: an interval is that pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import gcd, lcm
from typing import Final, Literal, TypeAlias

import msgspec

State: TypeAlias = Literal["known", "none", "unknown"]
LONGEST: Final = 512
"""The longest pattern that is followed; repeated resizing by odd ratios may make longer ones."""


class PixelInterval(msgspec.Struct, frozen=True):
    """The pixels that positions along one axis see, as a repeating pattern.

    Attributes:
        firsts, lasts: the first and last pixel of each position of the pattern.
        shift: pixels from one repetition of the pattern to the next.
    """

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    shift: int

    @property
    def size(self) -> int:
        """Pixels that a position sees, at most."""
        if len(self.firsts) == 1:
            return self.lasts[0] - self.firsts[0] + 1
        return max(last - first for first, last in zip(self.firsts, self.lasts, strict=True)) + 1

    @property
    def jump(self) -> float:
        """Pixels between neighbouring positions, on average."""
        return self.shift / len(self.firsts)

    def first(self, position: int) -> int:
        """The first pixel that a position sees."""
        repetition, index = divmod(position, len(self.firsts))
        return self.firsts[index] + repetition * self.shift

    def last(self, position: int) -> int:
        """The last pixel that a position sees."""
        repetition, index = divmod(position, len(self.firsts))
        return self.lasts[index] + repetition * self.shift

    def moved(self, by: int) -> PixelInterval:
        """The interval of a tensor that begins ``by`` positions later (padding: earlier)."""
        return self if by == 0 else self.through_window(1, 1, -by)

    def through_window(self, extent: int, step: int, before: int) -> PixelInterval:
        """The interval after a sliding window of ``extent`` that begins ``before`` position 0."""
        if len(self.firsts) == 1:
            return PixelInterval(
                (self.firsts[0] - before * self.shift,),
                (self.lasts[0] + (extent - 1 - before) * self.shift,),
                self.shift * step,
            )
        interval = self.through(
            lambda out: out * step - before, lambda out: out * step - before + extent - 1, step, 1
        )
        assert interval is not None  # a stride never makes the pattern longer
        return interval

    def through(
        self, low: Callable[[int], int], high: Callable[[int], int], after: int, every: int
    ) -> PixelInterval | None:
        """The interval after a call whose output o takes positions ``low(o)`` to ``high(o)``.

        Both grow by ``after`` input positions every ``every`` output positions. None if the
        pattern would be longer than ``LONGEST``.
        """
        period = len(self.firsts)
        length = every * period // gcd(after, every * period)
        if length > LONGEST:
            return None
        return PixelInterval(
            tuple(self.first(low(out)) for out in range(length)),
            tuple(self.last(high(out)) for out in range(length)),
            self.shift * (length * after // every) // period,
        )


ONE_PIXEL: Final = PixelInterval((0,), (0,), 1)
"""The interval of an input: every position sees itself."""


def union(intervals: Sequence[PixelInterval]) -> PixelInterval | None:
    """The smallest interval around all; None if their jumps differ or the pattern is too long."""
    first = intervals[0]
    if all(interval == first for interval in intervals):
        return first
    shift, period = first.shift, len(first.firsts)
    if any(each.shift * period != shift * len(each.firsts) for each in intervals):
        return None
    length = lcm(*(len(interval.firsts) for interval in intervals))
    if length > LONGEST:
        return None
    return PixelInterval(
        tuple(min(each.first(position) for each in intervals) for position in range(length)),
        tuple(max(each.last(position) for each in intervals) for position in range(length)),
        shift * length // period,
    )


class ReceptiveField(msgspec.Struct, frozen=True):
    """The part of the input that one output position sees.

    Attributes:
        state: "none" where there are no positions (vectors), "unknown" where no rule applies.
        intervals: for each spatial axis.
        is_global: a path that sees every position is left out of the intervals.
        is_anchored: the first pixels are known; open sizes may leave them open.
    """

    state: State
    intervals: tuple[PixelInterval, ...] = ()
    is_global: bool = False
    is_anchored: bool = True

    @property
    def pixels(self) -> tuple[int, ...] | None:
        """Pixels that a position sees along each axis; None unless the field is known."""
        return tuple(each.size for each in self.intervals) if self.state == "known" else None

    @property
    def jump(self) -> tuple[float, ...] | None:
        """Pixels between neighbouring positions along each axis; None unless known."""
        return tuple(each.jump for each in self.intervals) if self.state == "known" else None

    @property
    def start(self) -> tuple[int, ...] | None:
        """The first pixel that position 0 sees along each axis; None unless known."""
        if self.state != "known" or not self.is_anchored:
            return None
        return tuple(each.firsts[0] for each in self.intervals)

    def with_intervals(
        self, intervals: Sequence[PixelInterval], *, is_anchored: bool = True
    ) -> ReceptiveField:
        """The field with other intervals."""
        anchored = self.is_anchored and is_anchored
        return ReceptiveField("known", tuple(intervals), self.is_global, anchored)

    def marked(self, *, is_global: bool) -> ReceptiveField:
        """The field, global if it or ``is_global`` is."""
        if self.is_global or not is_global:
            return self
        return ReceptiveField(self.state, self.intervals, is_global, self.is_anchored)


NONE: Final = ReceptiveField("none")
UNKNOWN: Final = ReceptiveField("unknown")
