"""Round numbers along an axis, linear or logarithmic."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final

import msgspec

_UNITS: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K"), (1.0, ""))


class Tick(msgspec.Struct, frozen=True):
    """A place on the axis (of a logarithmic one: the logarithm) and its text."""

    place: float
    text: str


def ticks(low: float, high: float, *, logarithmic: bool, most: int) -> tuple[Tick, ...]:
    """At most ``most`` round numbers from ``low`` to ``high``, places on the axis."""
    if high <= low:
        return ()
    values = _powers(low, high, most) if logarithmic else _steps(low, high, most)
    return tuple(
        Tick(log10(value) if logarithmic else value, number_text(value)) for value in values
    )


def _powers(low: float, high: float, most: int) -> list[float]:
    """1, 2, 5 in every decade if there is room, else powers of ten, else some of them."""
    for digits in ((1, 2, 5), (1, 3), (1,)):
        found = [
            digit * 10.0**power
            for power in range(floor(low), ceil(high) + 1)
            for digit in digits
            if low <= log10(digit) + power <= high
        ]
        if len(found) <= most:
            return found
    return found[:: ceil(len(found) / most)]


def _steps(low: float, high: float, most: int) -> list[float]:
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * (1 - 1e-9))
    return [step * place for place in range(ceil(low / step), floor(high / step) + 1)]


def number_text(value: float) -> str:
    """A round number, short: "200 M", "5 K", "0"."""
    size, unit = next((pair for pair in _UNITS if abs(value) >= pair[0]), (1.0, ""))
    return f"{value / size:g} {unit}".rstrip()
