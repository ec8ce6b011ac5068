"""Opened layers by the node of their call, and why others stay closed."""

from __future__ import annotations

from typing import Any

from resnet_viz.engine.keras_nodes import distinct_inputs, passed_inputs


class Openings(dict[int, Any]):
    """keras.Functions of the calls in opened layers, by ``id(node)`` of the layer's call.

    Nested models that are called with other sizes than they were made for are there too, as copies.

    Attributes:
        closed: reasons why other layers that hold layers stay closed, by ``id(node)``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.closed: dict[int, str] = {}

    def note(self, node: Any, opened: Any) -> None:  # noqa: ANN401
        """Note the function of a call of an opened layer, or the reason why it stays closed."""
        if isinstance(opened, str):
            self.closed[id(node)] = opened
        elif len(passed_inputs(opened)) == len(distinct_inputs(node)):
            self[id(node)] = opened
        else:  # a second call shows the same inside, so it must take as many tensors
            self.closed[id(node)] = "another call of it takes another number of tensors"


class Closed(Exception):  # noqa: N818 - no error: many layers can't be opened
    """Reason why a layer stays closed, as a clause."""
