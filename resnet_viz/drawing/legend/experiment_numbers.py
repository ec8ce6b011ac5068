"""Numbers of an experiment for the groups and calls of a picture."""

from __future__ import annotations

from math import exp, fsum, log

from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.experiments.layer_numbers import OF_BLOCKS, LayerNumbers
from resnet_viz.layout.types import Node


class ExperimentNumbers:
    """The numbers that colour a view's nodes by a quantity that an experiment has measured.

    A group that was not measured itself has the geometric mean of what was measured in it. What
    lies inside a measured block has the block's colour, without its number.
    """

    def __init__(self, structure: Structure, numbers: LayerNumbers) -> None:
        self._structure = structure
        self._values = dict(numbers.values)
        self._is_of_blocks = numbers.quantity in OF_BLOCKS

    def of(self, node: Node) -> float | None:
        """The number of a node; None if there is none. That of a fold is the first group's."""
        return self.of_call(node.ref.id) if node.ref.kind == "call" else self.of_group(node.ref.id)

    def of_call(self, call: str) -> float | None:
        """The number of a call, or of the measured block around it."""
        if not self._is_of_blocks:
            return self._values.get(call)
        innermost = self._structure.innermost_group.get(call)
        return None if innermost is None else self._around(innermost)

    def of_group(self, group: str) -> float | None:
        """The number of a group, the mean of what was measured in it, or its block's."""
        known = self.of_group_alone(group)
        return self._around(group) if known is None and self._is_of_blocks else known

    def of_group_alone(self, group: str) -> float | None:
        """The number of a group, or the mean of what was measured in it."""
        if self._is_of_blocks and group in self._values:
            return self._values[group]
        return _geometric_mean(self._inside(self._structure.by_id[group]))

    def is_own(self, node: Node) -> bool:
        """True if the number of ``node`` is not that of the block around it."""
        if node.ref.kind == "call":
            return not self._is_of_blocks
        return self.of_group_alone(node.ref.id) is not None

    def _inside(self, group: Group) -> list[float]:
        inside = self._structure.groups_inside(group.id) if self._is_of_blocks else group.calls
        return [self._values[each] for each in inside if each in self._values]

    def _around(self, group: str) -> float | None:
        around = (*self._structure.ancestors(group), self._structure.by_id[group])
        found = (self._values.get(each.id) for each in reversed(around))
        return next((value for value in found if value is not None), None)


def _geometric_mean(values: list[float]) -> float | None:
    """Geometric mean of what is positive; 0 if nothing is; None for no values."""
    positive = [log(value) for value in values if value > 0]
    if positive:
        return exp(fsum(positive) / len(positive))
    return 0.0 if values else None
