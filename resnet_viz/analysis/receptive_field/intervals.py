"""Which pixels of the input the positions of a tensor see, exactly, along one axis.

Position o of a tensor sees the pixels from ``first`` to ``last``. Behind convolutions and pooling
both grow with o by a whole number of pixels, the jump; behind up-sampling several positions see
the same pixels, and the pattern repeats after a few positions: a span is that pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import gcd, lcm
from typing import Literal, TypeAlias

import msgspec

State: TypeAlias = Literal["known", "none", "unknown"]
LONGEST = 512
"""No pattern that we follow repeats later; resizing by odd ratios over and over may."""


class PixelInterval(msgspec.Struct, frozen=True):
    """The pattern.

    Attributes:
        first, last: of the positions before it repeats.
        shift: by how many pixels it has moved on when it repeats.
    """

    first: tuple[int, ...]
    last: tuple[int, ...]
    shift: int

    @property
    def size(self) -> int:
        """Pixels that a position sees, at most."""
        if len(self.first) == 1:
            return self.last[0] - self.first[0] + 1
        return max(end - start for start, end in zip(self.first, self.last, strict=True)) + 1

    @property
    def jump(self) -> float:
        """Pixels between neighbouring positions, on average."""
        return self.shift / len(self.first)

    def starts(self, position: int) -> int:
        """The first pixel that a position sees."""
        round_, place = divmod(position, len(self.first))
        return self.first[place] + round_ * self.shift

    def ends(self, position: int) -> int:
        """The last pixel that a position sees."""
        round_, place = divmod(position, len(self.first))
        return self.last[place] + round_ * self.shift

    def moved(self, by: int) -> PixelInterval:
        """The span of a tensor that begins ``by`` positions later (padding: earlier, negative)."""
        return self if by == 0 else self.slid(1, 1, -by)

    def slid(self, extent: int, step: int, before: int) -> PixelInterval:
        """Through a window of ``extent`` that starts ``before`` positions early and moves on."""
        if len(self.first) == 1:
            return PixelInterval(
                (self.first[0] - before * self.shift,),
                (self.last[0] + (extent - 1 - before) * self.shift,),
                self.shift * step,
            )
        found = self.through(
            lambda out: out * step - before, lambda out: out * step - before + extent - 1, step, 1
        )
        assert found is not None  # a stride never makes the pattern longer
        return found

    def through(
        self, low: Callable[[int], int], high: Callable[[int], int], after: int, every: int
    ) -> PixelInterval | None:
        """Where output position o takes the input positions from ``low(o)`` to ``high(o)``.

        Both move on by ``after`` input positions every ``every`` output positions. None if the
        pattern would become too long.
        """
        period = len(self.first)
        length = every * period // gcd(after, every * period)
        if length > LONGEST:
            return None
        return PixelInterval(
            tuple(self.starts(low(out)) for out in range(length)),
            tuple(self.ends(high(out)) for out in range(length)),
            self.shift * (length * after // every) // period,
        )


ONE_PIXEL = PixelInterval((0,), (0,), 1)
"""Of an input: every position sees itself."""


def united(spans: Sequence[PixelInterval]) -> PixelInterval | None:
    """What all see together; None if they move on at different speeds."""
    widest = spans[0]
    if all(span == widest for span in spans):
        return widest
    steps, period = widest.shift, len(widest.first)
    if any(span.shift * period != steps * len(span.first) for span in spans):
        return None
    length = lcm(*(len(span.first) for span in spans))
    if length > LONGEST:
        return None
    return PixelInterval(
        tuple(min(span.starts(place) for span in spans) for place in range(length)),
        tuple(max(span.ends(place) for span in spans) for place in range(length)),
        steps * length // period,
    )


class ReceptiveField(msgspec.Struct, frozen=True):
    """What one output position sees.

    Attributes:
        state: "none" where there are no positions (vectors), "unknown" where no rule tells it.
        spans: of each spatial axis.
        is_global: some way that sees every position is left out of the spans.
        is_placed: whether it is known where the spans begin: not so where sizes are open.
    """

    state: State
    spans: tuple[PixelInterval, ...] = ()
    is_global: bool = False
    is_placed: bool = True

    @property
    def pixels(self) -> tuple[int, ...] | None:
        """How many pixels a position sees along each axis, for a known field."""
        return tuple(span.size for span in self.spans) if self.state == "known" else None

    @property
    def jump(self) -> tuple[float, ...] | None:
        """Pixels between neighbouring positions along each axis, for a known field."""
        return tuple(span.jump for span in self.spans) if self.state == "known" else None

    @property
    def start(self) -> tuple[int, ...] | None:
        """The first pixel that position 0 sees along each axis, if known."""
        if self.state != "known" or not self.is_placed:
            return None
        return tuple(span.first[0] for span in self.spans)

    def with_spans(
        self, spans: Sequence[PixelInterval], *, is_placed: bool = True
    ) -> ReceptiveField:
        """The same with other spans."""
        placed = self.is_placed and is_placed
        return ReceptiveField("known", tuple(spans), self.is_global, placed)

    def marked(self, *, is_global: bool) -> ReceptiveField:
        """The same, global if it or ``is_global`` is."""
        if self.is_global or not is_global:
            return self
        return ReceptiveField(self.state, self.spans, is_global, self.is_placed)


NONE = ReceptiveField("none")
UNKNOWN = ReceptiveField("unknown")
