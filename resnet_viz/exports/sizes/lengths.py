"""Lengths as people write them: "900", "900px", "17cm", "85mm", "6in", "240pt"."""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import Final

import msgspec

from resnet_viz.errors import UsageError, quoted

UNITS: Final = {"mm": 25.4, "cm": 2.54, "in": 1.0, "pt": 72.0}
"""Units by their number in an inch; pt is the point of PDF and CSS."""
_TEXT: Final = re.compile(r"\s*([0-9]*\.?[0-9]+(?:e[0-9]+)?)\s*([a-z]*)\s*", re.IGNORECASE)


class Length(msgspec.Struct, frozen=True):
    """A length in pixels, or in inches where ``physical``."""

    number: float
    physical: bool = False

    def pixels(self, per_inch: float) -> float:
        """The length in pixels, of which an inch has ``per_inch``."""
        return self.number * per_inch if self.physical else self.number

    def __str__(self) -> str:
        if self.physical:
            return f"{self.number * UNITS['cm']:.4g}cm"
        return f"{self.number:g}px"


def length_of(option: str, value: object) -> Length | None:
    """The length that an option has; None for none.

    Raises:
        UsageError: it is no length of more than 0.
    """
    if value is None:
        return None
    if isinstance(value, Real):
        number, unit = float(value), "px"
    else:
        found = _TEXT.fullmatch(str(value))
        if found is None:
            raise _refusal(option, value)
        number, unit = float(found[1]), found[2].lower() or "px"
    if unit != "px" and unit not in UNITS:
        raise _refusal(option, value)
    if not (number > 0 and math.isfinite(number)):
        raise UsageError(f"{option} must be more than 0 (not {quoted(str(value))}).")
    return Length(number) if unit == "px" else Length(number / UNITS[unit], physical=True)


def _refusal(option: str, value: object) -> UsageError:
    return UsageError(
        f"{option} takes pixels (more than 0), or a size in mm, cm, in or pt such as 17cm "
        f"(not {quoted(str(value))})."
    )
