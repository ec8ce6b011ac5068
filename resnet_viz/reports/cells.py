"""Cells of a report's tables: counts, bytes in one unit, sizes; unknown, zero and lower bounds."""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.analysis.costs.memory import BYTE_UNITS
from resnet_viz.analysis.wording.terms import decimal
from resnet_viz.graph.shapes import UNKNOWN_TEXT

NOTHING: Final = "·"
"""Zero by convention."""
GLOBAL: Final = "+"
"""Behind a field: ways that see every position are left out of it."""
_HUNDREDTH: Final = 0.01


def plain(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def count(numbers: dict[str, Any], name: str) -> str:
    """A count in full; "·" for zero, "≥ 1,000" for a lower bound, "–" for unknown."""
    return _said(numbers, name, lambda value: f"{value:,}")


def in_unit(numbers: dict[str, Any], name: str, unit: tuple[int, str]) -> str:
    """Bytes as a number of ``unit`` with three decimals; what is less than one of them says so."""
    size = unit[0]

    def text(value: int) -> str:
        return f"{value / size:,.3f}" if value * 1000 >= size else "< 0.001"

    return _said(numbers, name, text if size > 1 else lambda value: f"{value:,}")


def _said(numbers: dict[str, Any], name: str, text: Any) -> str:  # noqa: ANN401 - int to str
    value = numbers[name]
    if value is not None:
        return str(text(value)) if value else NOTHING
    at_least = numbers.get(f"{name}_at_least")
    return f"≥ {text(at_least)}" if at_least else UNKNOWN_TEXT


def unit_for(sizes: list[int]) -> tuple[int, str]:
    """The unit in which the largest of these bytes is read best."""
    largest = max(sizes, default=0)
    return next(((size, name) for size, name in BYTE_UNITS if largest >= size), (1, "B"))


def ratio(value: float | None) -> str:
    """MACs per byte: "18.73", "< 0.01", "·" for no MACs, "–" for unknown."""
    if value is None:
        return UNKNOWN_TEXT
    if not value:
        return NOTHING
    return f"{value:,.2f}" if value >= _HUNDREDTH else f"< {_HUNDREDTH}"


def along(values: list[float] | None) -> str:
    """A value for each axis, equal ones once: "83", "5×3"; "–" for unknown."""
    texts = [decimal(value).replace("-", "−") for value in values or ()]
    shown = texts[:1] if len(set(texts)) == 1 else texts
    return "×".join(shown) or UNKNOWN_TEXT
