"""Conditions of ``diff --fail-on``: which differences count."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from resnet_viz.comparison.totals import document_totals
from resnet_viz.comparison.types import Comparison
from resnet_viz.document import Document
from resnet_viz.errors import UsageError, quoted
from resnet_viz.graph.types import Shape
from resnet_viz.suggestions import unknown_name

_CONDITION: Final = re.compile(r"([a-z-]+)(?:([<>])([0-9_.]+)(%?))?")


class Condition(msgspec.Struct, frozen=True):
    """One condition: a number that changes, by more than a bound, or a finding.

    Attributes:
        name: what is looked at, such as "parameters".
        sign: ">" if b has more by more than the bound, "<" if it has less; "" for any change.
        bound: a count, or a percentage of a's number.
        is_percent: True for a percentage.
    """

    name: str
    sign: str = ""
    bound: float = 0
    is_percent: bool = False

    def holds(self, comparison: Comparison) -> bool:
        """True if the two models differ so; a number that is unknown in one of them differs."""
        if self.name in _FINDINGS:
            return _FINDINGS[self.name](comparison)
        before, after = (
            document_totals(each)[_NUMBERS[self.name]] for each in (comparison.a, comparison.b)
        )
        if before is None or after is None:
            return before is not after
        delta = after - before
        if not self.sign:
            return delta != 0
        bound = abs(before) * self.bound / 100 if self.is_percent else self.bound
        return delta > bound if self.sign == ">" else -delta > bound


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Conditions of a list such as "shortcuts,parameters>1%,output-shape".

    Raises:
        UsageError: one is unknown or malformed.
    """
    return tuple(_condition(word.strip()) for word in text.split(",") if word.strip())


def _condition(word: str) -> Condition:
    match = _CONDITION.fullmatch(word)
    if match is None:
        raise UsageError(
            f"--fail-on can't use {quoted(word)}: a condition is a name, or a name with a bound "
            "such as parameters>1% or macs<1000."
        )
    name, sign, bound, percent = match.groups()
    if name not in _NUMBERS and name not in _FINDINGS:
        raise UsageError(unknown_name("condition", name, (*_NUMBERS, *_FINDINGS)))
    if sign and name in _FINDINGS:
        raise UsageError(f"The condition {name} has no bound: write {name} alone.")
    try:
        return Condition(name, sign or "", float(bound or 0), bool(percent))
    except ValueError:
        raise UsageError(f"--fail-on can't use {quoted(word)}: its bound is no number.") from None


def _shapes(document: Document, *, of_inputs: bool) -> list[Shape | None]:
    graph = document.graph
    return [graph.tensor(ref).shape for ref in (graph.inputs if of_inputs else graph.outputs)]


def _shortcuts_differ(comparison: Comparison) -> bool:
    changes = comparison.shortcuts
    return bool(changes.added or changes.removed or changes.changed)


def _shapes_differ(comparison: Comparison, *, of_inputs: bool) -> bool:
    return _shapes(comparison.a, of_inputs=of_inputs) != _shapes(comparison.b, of_inputs=of_inputs)


_NUMBERS: Final = {
    "parameters": "parameters",
    "macs": "macs",
    "memory": "kept_bytes",
    "weighted-layers": "weighted_layers",
    "calls": "calls",
}
"""Totals by the names of conditions."""
_FINDINGS: Final[dict[str, Callable[[Comparison], bool]]] = {
    "shortcuts": _shortcuts_differ,
    "input-shape": lambda comparison: _shapes_differ(comparison, of_inputs=True),
    "output-shape": lambda comparison: _shapes_differ(comparison, of_inputs=False),
    "any": lambda comparison: not comparison.equal,
}
