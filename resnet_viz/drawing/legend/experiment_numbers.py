"""Numbers of an experiment for the groups and calls of a picture."""

from __future__ import annotations

from math import exp, fsum, log
from typing import Literal, NamedTuple, TypeAlias

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.experiments.layer_numbers import OF_BLOCKS, LayerNumbers
from resnet_viz.layout.types import Node

Basis: TypeAlias = Literal["own", "mean", "around"]
"""An item's number is its own, the mean of what it holds, or that of the block around it."""


class BasedNumber(NamedTuple):
    """A number and what it is of."""

    value: float
    basis: Basis


class ExperimentNumbers:
    """The numbers that colour a view's nodes by a quantity that an experiment has measured.

    A group that was not measured itself has the geometric mean of what was measured in it. What
    lies inside a measured block has the block's number.
    """

    def __init__(self, structure: Structure, numbers: LayerNumbers) -> None:
        self._structure = structure
        self._values = dict(numbers.values)
        self._is_of_blocks = numbers.quantity in OF_BLOCKS

    def of(self, node: Node) -> float | None:
        """The number of a node; None if there is none. That of a fold is the first group's."""
        return self.of_call(node.ref.id) if node.ref.kind == "call" else self.of_group(node.ref.id)

    def of_call(self, call: str) -> float | None:
        """The number of a call."""
        found = self.call(call)
        return None if found is None else found.value

    def of_group(self, group: str) -> float | None:
        """The number of a group."""
        found = self.group(group)
        return None if found is None else found.value

    def is_own(self, node: Node) -> bool:
        """True if the number of ``node`` is not that of the block around it."""
        ref = node.ref
        found = self.call(ref.id) if ref.kind == "call" else self.group(ref.id)
        return found is None or found.basis != "around"

    def call(self, call: str) -> BasedNumber | None:
        """The number of a call and what it is of; None if there is none."""
        if self._is_of_blocks:
            return self._around(self._structure.innermost_group.get(call))
        value = self._values.get(call)
        return None if value is None else BasedNumber(value, "own")

    def group(self, group: str) -> BasedNumber | None:
        """The number of a group and what it is of; None if there is none."""
        if self._is_of_blocks and group in self._values:
            return BasedNumber(self._values[group], "own")
        mean = _geometric_mean(self._inside(group))
        if mean is not None:
            return BasedNumber(mean, "mean")
        return self._around(group) if self._is_of_blocks else None

    def _inside(self, group: str) -> list[float]:
        structure = self._structure
        calls = structure.by_id[group].calls
        inside = structure.groups_inside(group) if self._is_of_blocks else calls
        return [self._values[each] for each in inside if each in self._values]

    def _around(self, group: str | None) -> BasedNumber | None:
        while group is not None:
            if group in self._values:
                return BasedNumber(self._values[group], "around")
            group = self._structure.by_id[group].parent
        return None


def _geometric_mean(values: list[float]) -> float | None:
    """Geometric mean of what is positive; 0 if nothing is; None for no values."""
    positive = [log(value) for value in values if value > 0]
    if positive:
        return exp(fsum(positive) / len(positive))
    return 0.0 if values else None
