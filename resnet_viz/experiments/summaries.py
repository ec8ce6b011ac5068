"""Statistics of results: means, ratios of gradients, chance, shares; and numbers as text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from resnet_viz.experiments.results import Value, Values

LAST_STEPS: Final = 30


def known(values: Iterable[Value]) -> tuple[float, ...]:
    """The values that are not None."""
    return tuple(value for value in values if value is not None)


def mean(values: Iterable[Value]) -> Value:
    """Mean of ``values``; None if one of them is not finite, or there are none."""
    numbers = tuple(values)
    finite = known(numbers)
    if not numbers or len(finite) < len(numbers):
        return None
    return math.fsum(finite) / len(finite)


def final_loss(loss: Values) -> Value:
    """Mean loss of the last 30 steps, or of the second half if there are fewer than 60."""
    return mean(loss[-max(1, min(LAST_STEPS, len(loss) // 2)) :])


def smoothed(values: Values, span: int = 9) -> Values:
    """Mean of each value and up to ``span - 1`` before it, those that are not finite left out."""
    result: list[Value] = []
    for index in range(len(values)):
        window = known(values[max(0, index - span + 1) : index + 1])
        result.append(math.fsum(window) / len(window) if window else None)
    return tuple(result)


def chance(classes: int) -> float:
    """Loss of a network that gives every class the same probability: ln of their number."""
    return math.log(classes) if classes > 0 else 0.0


def last_hidden(values: Values) -> Value:
    """Value of the last weighted layer before the classifier, which is the last of all."""
    return values[-2] if len(values) > 1 else values[0] if values else None


def first_by_last(values: Values) -> Value:
    """Value of the first weighted layer divided by that of the last before the classifier.

    None if either is not finite, or the last is 0.
    """
    if not values:
        return None
    first, last = values[0], last_hidden(values)
    return None if first is None or not last else first / last


def share_below(values: Iterable[Value], limit: float) -> Value:
    """Share of ``values`` that are below ``limit``; one that is not finite is not."""
    numbers = tuple(values)
    return sum(v is not None and v < limit for v in numbers) / len(numbers) if numbers else None


def number(value: Value) -> str:
    """Three significant digits: "0.35", "1.1e-05"; "not finite" for None."""
    if value is None:
        return "not finite"
    return f"{value:.3g}"


def share(value: Value) -> str:
    """A share in percent: "84 %"; "–" for None."""
    return "–" if value is None else f"{100 * value:.0f} %"


def times(ratio: Value) -> str:
    """A ratio in words: "11 times", "1/867 of"; "not comparable with" for None."""
    if ratio is None:
        return "not comparable with"
    if 0 < ratio < 0.5:
        return f"1/{_rounded(1 / ratio)} of"
    return f"{_rounded(ratio)} times"


def _rounded(value: float) -> str:
    return f"{value:.2g}" if value < 100 else f"{float(f'{value:.3g}'):,.0f}"
