"""Numbers as text, one function for each kind: counts, bytes, percentages, ratios, sizes.

Throughout, "–" means unknown, "·" zero by convention, and "≥ " marks a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import floor, log10
from typing import Final, TypeAlias, TypeVar

from resnet_viz.graph.shapes import UNKNOWN_TEXT

Unit: TypeAlias = tuple[int, str]
"""Size and name: (1_000_000, "M")."""

Number = TypeVar("Number", int, float)

NOTHING: Final = "·"
COUNT_UNITS: Final[tuple[Unit, ...]] = (
    (10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K"), (1, ""),
)  # fmt: skip
BYTE_UNITS: Final[tuple[Unit, ...]] = (
    (2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B"),
)  # fmt: skip
_LARGEST_DIVISOR: Final = 1_024
_TOLERANCE: Final = 1e-12
_LEAST_RATIO: Final = 0.01
"""Smaller ratios have two significant digits instead of two decimals."""


# -- unknown, zero, lower bounds -----------------------------------------------------------------


def at_least_mark(is_lower_bound: bool) -> str:
    """The mark before a lower bound: "≥ ", or "" before an exact number."""
    return "≥ " if is_lower_bound else ""


def marked(value: Number | None, write: Callable[[Number], str], *, at_least: bool = False) -> str:
    """A number as ``write`` formats it, with the marks for unknown, zero and lower bounds.

    A lower bound of zero says nothing, so it is unknown.
    """
    if value is None or (at_least and not value):
        return UNKNOWN_TEXT
    return at_least_mark(at_least) + write(value) if value else NOTHING


# -- counts and bytes ----------------------------------------------------------------------------


def grouped(value: float) -> str:
    """A number with thousands separators: "57,802,752"."""
    return f"{value:,}"


def count_text(value: int | None, *, at_least: bool = False) -> str:
    """A count in full: "57,802,752", "≥ 57,802,752", "·", "–"."""
    return marked(value, grouped, at_least=at_least)


def short_count(value: int | None, *, at_least: bool = False) -> str:
    """A count with three significant digits for sentences: "21.8 M", "≥ 3.66 G", "0", "–"."""
    is_zero = value == 0 and not at_least
    return "0" if is_zero else marked(value, short_number, at_least=at_least)


def short_number(value: float) -> str:
    """A number with three significant digits in the unit that fits: "57.8 M", "8.02 G", "0.5"."""
    rounded = float(f"{value:.2e}")
    size, unit = unit_for(abs(rounded), COUNT_UNITS)
    quotient = rounded / size
    text = f"{quotient:.3g}" if abs(quotient) < 1_000 else f"{quotient:,.0f}"
    return f"{text} {unit}".rstrip()


def counted(count: int, singular: str, plural: str = "") -> str:
    """A count with its noun: "1 layer", "1,031 layers"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def depth_text(weighted_layers: int | None) -> str:
    """The depth of a model: "34 weighted layers", "– weighted layers" if it is unknown."""
    if weighted_layers is None:
        return f"{UNKNOWN_TEXT} weighted layers"
    return counted(weighted_layers, "weighted layer")


def bytes_text(count: float) -> str:
    """Bytes with three significant digits in the unit that fits: "512 B", "3.06 MiB"."""
    size, unit = unit_for(count, BYTE_UNITS)
    value = count / size
    return f"{value:.3g} {unit}" if value < 999.5 else f"{value:,.0f} {unit}"


def unit_for(largest: float, units: tuple[Unit, ...]) -> Unit:
    """The first of ``units`` (largest first) that ``largest`` reaches, else the last."""
    return next((unit for unit in units if largest >= unit[0]), units[-1])


def scaled(value: int, size: int, decimals: int) -> str:
    """``value / size`` with so many decimals, halves rounded up: "1,335.9".

    A value other than zero never reads as zero: "< 0.01".
    """
    steps = 10**decimals
    rounded = (2 * value * steps + size) // (2 * size)
    if value and not rounded:
        return f"< {1 / steps:.{decimals}f}"
    whole, rest = divmod(rounded, steps)
    return f"{whole:,}.{rest:0{decimals}}" if decimals else f"{whole:,}"


# -- percentages and ratios ----------------------------------------------------------------------


def percent(part: int, whole: int, *, decimals: int = 0) -> str:
    """A part of a whole in percent: "6 %", "18.9 %", "< 1 %"; only the whole reads "100 %"."""
    text = scaled(100 * part, whole or 1, decimals)
    if part < whole and text.startswith("100"):
        text = f"> {100 - 0.1**decimals:.{decimals}f}"
    return f"{text} %"


def precise_percent(part: int, whole: int) -> str:
    """A percentage close to 0 or 100 with two significant digits: "0.014 %", "99.964 %"."""
    distance = 100 * min(part, whole - part) / whole
    return f"{100 * part / whole:.{_decimals(distance)}f} %"


def ratio(value: float | None) -> str:
    """A ratio such as MACs per byte: "18.73", "0.00021", "·", "–"."""
    if value is None:
        return UNKNOWN_TEXT
    if not value:
        return NOTHING
    return f"{value:,.2f}" if value >= _LEAST_RATIO else f"{value:.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    """Decimals that show two significant digits of a small number."""
    return max(1 - floor(log10(value)), 0)


# -- sizes, jumps and positions ------------------------------------------------------------------


def decimal(value: float) -> str:
    """A size, jump or position in pixels: "4", "0.5", "262144", "−3"; never with an exponent."""
    text = str(int(value)) if value == int(value) else f"{value:.4g}"
    return text.replace("-", "−")


def axes_text(values: Iterable[float] | None) -> str:
    """A value for each axis: "8×8", "−3×−3", "–"."""
    return UNKNOWN_TEXT if values is None else "×".join(map(decimal, values))


def side_text(values: Iterable[float] | None) -> str:
    """A value for each axis, or one if all are equal: "83", "5×3", "–"."""
    texts = list(map(decimal, values or ()))
    return "×".join(texts[:1] if len(set(texts)) == 1 else texts) or UNKNOWN_TEXT


def exact(value: float) -> str:
    """A jump in a formula, never rounded: "4", "0.5", "26/3"."""
    text = decimal(value)
    fraction = as_fraction(value)
    if fraction is None or abs(float(text) - value) <= _TOLERANCE * abs(value):
        return text
    return f"{fraction[0]}/{fraction[1]}"


def as_fraction(value: float) -> tuple[int, int] | None:
    """Numerator and denominator, 8.666… → (26, 3); None if no small denominator fits."""
    for denominator in range(1, _LARGEST_DIVISOR + 1):
        numerator = round(value * denominator)
        if abs(numerator / denominator - value) <= _TOLERANCE * abs(value):
            return numerator, denominator
    return None
