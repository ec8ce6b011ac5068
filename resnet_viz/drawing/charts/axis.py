"""A chart's axis: positions to pixels and back, round ticks, and the interval in view."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final, NamedTuple

from resnet_viz.analysis.wording.numbers import short_number

LEAST_VALUE: Final = 1e-12
"""Least value on a logarithmic scale: what is smaller is shown as this."""


class Tick(NamedTuple):
    """A round number on an axis: its position and its text."""

    position: float
    text: str


class Interval(NamedTuple):
    """The part of an axis that is in view."""

    low: float
    high: float

    def moved(self, shift: float, limits: Interval) -> Interval:
        """Pan, as far as the limits allow."""
        shift = max(limits.low - self.low, min(shift, limits.high - self.high))
        return Interval(self.low + shift, self.high + shift)

    def zoomed(self, factor: float, about: float, limits: Interval, least: float) -> Interval:
        """Scale the length, at least to ``least``, so that ``about`` keeps its place in view."""
        length = self.high - self.low
        wanted = min(max(length * factor, least), limits.high - limits.low)
        low = about - (about - self.low) / length * wanted
        return Interval(low, low + wanted).moved(0.0, limits)

    def showing(self, position: float, limits: Interval) -> Interval:
        """Pan just so far that the unit around a position is in view."""
        before, behind = position - 0.5 - self.low, position + 0.5 - self.high
        return self.moved(min(0.0, before) or max(0.0, behind), limits)


class Axis(NamedTuple):
    """Linear map of the interval in view to pixels.

    Attributes:
        view: positions at both ends: values, or their decimal logarithms.
        start, end: the pixels of these.
        logarithmic: True if positions are decimal logarithms.
    """

    view: Interval
    start: float
    end: float
    logarithmic: bool = False

    @property
    def pitch(self) -> float:
        """Pixels for one unit."""
        return (self.end - self.start) / ((self.view.high - self.view.low) or 1.0)

    def scale(self, value: float) -> float:
        """The position of a value."""
        return log10(value) if self.logarithmic else value

    def pixel(self, position: float) -> float:
        """The pixel of a position."""
        return self.start + (position - self.view.low) * self.pitch

    def position(self, pixel: float) -> float:
        """The position at a pixel."""
        return self.view.low + (pixel - self.start) / self.pitch

    def ticks(self, spacing: float) -> tuple[Tick, ...]:
        """Round numbers in view, about ``spacing`` pixels or more from each other."""
        low, high = self.view
        if high <= low:
            return ()
        most = max(2, int(abs(self.end - self.start) / spacing))
        values = _powers(low, high, most) if self.logarithmic else _steps(low, high, most)
        return tuple(Tick(self.scale(value), short_number(value)) for value in values)


def _powers(low: float, high: float, most: int) -> list[float]:
    """1, 2, 5 in every decade if there is room, else powers of ten, else some of them."""
    values: list[float] = []
    for digits in ((1, 2, 5), (1, 3), (1,)):
        values = [
            digit * 10.0**power
            for power in range(floor(low), ceil(high) + 1)
            for digit in digits
            if low <= log10(digit) + power <= high
        ]
        if len(values) <= most:
            return values
    return values[:: ceil(len(values) / most)]


def _steps(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * (1 - 1e-9))
    return [step * number for number in range(ceil(low / step), floor(high / step) + 1)]
