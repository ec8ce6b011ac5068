"""Numbers of nodes that colours mean: costs and fields, or what an experiment has measured."""

from __future__ import annotations

from typing import Final, TypeAlias

from resnet_viz.analysis.costs.measures import amount
from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.legend.experiment_numbers import ExperimentNumbers
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import View

_COUNTED: Final = ("parameters", "macs", "memory")


class CostNumbers:
    """The costs and fields that colour a view's nodes.

    Args:
        document: the model.
        view: has the measure and the detail.
        memory: for the view's basis, if it is there already; computed where it is needed.
    """

    def __init__(self, document: Document, view: View, memory: Memory | None = None) -> None:
        self._numbers = document.numbers
        self._groups = document.structure.by_id
        self._layers = document.graph.by_id
        self._color_by = view.color_by
        if memory is None and view.color_by == "memory":
            memory = view.basis.memory(document.structure, document.numbers)
        self._memory = memory or document.numbers.memory

    def of(self, node: Node) -> float | None:
        """The number of a node; None if there is none or it is not known.

        That of a fold is the first group's.
        """
        if node.ref.kind == "call":
            return self.of_call(node.ref.id)
        if node.kind in ("panel", "stage") and node.calls != self._calls(node.ref.id):
            return self._of_part(node.calls)
        return self.of_group(node.ref.id)

    def _calls(self, group: str) -> tuple[str, ...]:
        return self._groups[group].calls

    def _of_part(self, calls: tuple[str, ...]) -> float | None:
        """The number of a part of a stage, weights of a shared layer counted once."""
        if self._color_by not in _COUNTED:
            return self.of_call(calls[-1])
        if self._color_by == "parameters":
            calls = tuple({self._layers[call].layer: call for call in calls}.values())
        return sum(self.of_call(call) or 0 for call in calls)

    def of_call(self, call: str) -> float | None:
        """The number of a call."""
        numbers = self._numbers.calls[call]
        if self._color_by in _COUNTED:
            return amount(self._color_by, numbers, self._memory.calls[call])
        return numbers.receptive_field[0] if numbers.receptive_field else None

    def of_group(self, group: str) -> float | None:
        """The number of a group, without its unknown parts."""
        numbers = self._numbers.groups[group]
        if self._color_by in _COUNTED:
            return amount(self._color_by, numbers, self._memory.groups[group])
        return numbers.receptive_field[0] if numbers.receptive_field else None

    def is_own(self, _node: Node) -> bool:
        """True: no node has the number of another."""
        return True


Measured: TypeAlias = CostNumbers | ExperimentNumbers


def measured_for(document: Document, view: View, memory: Memory | None = None) -> Measured:
    """The numbers that colour a view's nodes; ``memory`` as for ``CostNumbers``."""
    if view.measured is not None and view.measured.quantity == view.color_by:
        return ExperimentNumbers(document.structure, view.measured)
    return CostNumbers(document, view, memory)
