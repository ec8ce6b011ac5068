"""Names and other texts of boxes that a view asks for: layers, activations, numbers, training."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from resnet_viz.analysis.costs.types import CallNumbers, GroupNumbers
from resnet_viz.analysis.wording.numbers import counted, short_number
from resnet_viz.analysis.wording.terms import activation_term
from resnet_viz.document import Document
from resnet_viz.graph.ops import activation_of, op_kind
from resnet_viz.graph.types import Graph, LayerCall
from resnet_viz.layout.view import View

_LEAST_PREFIX: Final = 4
"""A shorter common prefix is not worth a line in the legend."""
_SEPARATOR: Final = re.compile(r"[_/.-](?=[^\W\d])")
_PIECE: Final = re.compile(r"[^_/.\s-]*(?:[_/.\s-]+|$)")
_LONGEST: Final = 30
_OWN_ACTIVATION: Final = {"recurrent": "tanh"}
"""Activations that a family has by default, which nobody needs to be told."""


def shared_prefix(graph: Graph) -> str:
    """The prefix of at least half of the layers' names: "convnext_tiny_"; "" for none.

    What follows it begins with a letter, so that "block_1_expand" keeps its "block_".
    """
    names = {call.id for call in graph.calls if op_kind(call) != "input"}
    counts = Counter(name[: match.end()] for name in names for match in _SEPARATOR.finditer(name))
    shared = [prefix for prefix, count in counts.items() if 2 * count >= max(len(names), 4)]
    return max((each for each in shared if len(each) >= _LEAST_PREFIX), key=len, default="")


def applied_activation(call: LayerCall) -> str:
    """The activation that a layer applies to its result: "ReLU"; "" for none of its own."""
    kind = op_kind(call)
    name = None if kind == "activation" else activation_of(call)
    return "" if name is None or name == _OWN_ACTIVATION.get(kind) else activation_term(name)


def broken(name: str) -> tuple[str, ...]:
    """A long name in lines of at most 30 characters, as far as it has separators to break at."""
    lines = [""]
    for piece in _PIECE.findall(name):
        if lines[-1] and len(lines[-1]) + len(piece) > _LONGEST:
            lines.append("")
        lines[-1] += piece
    return tuple(lines)


class BoxTexts:
    """The texts of boxes that a view asks for.

    Args:
        document: the model.
        view: its words are looked up.
    """

    def __init__(self, document: Document, view: View) -> None:
        self._view = view
        self.prefix: Final = shared_prefix(document.graph)

    def name(self, text: str) -> str:
        """A layer's name without the prefix that all have."""
        return text.removeprefix(self.prefix) or text

    def activation(self, call: LayerCall) -> str:
        """The activation of a layer, if it is shown."""
        return applied_activation(call) if self._view.shows("activations") else ""

    def with_activation(self, caption: str, call: LayerCall) -> str:
        """The caption of a card, with the layer's activation if the view asks for it."""
        asked = "activations" in self._view.show
        return ", ".join(filter(None, (caption, self.activation(call) if asked else "")))

    def name_line(self, call: LayerCall, title: str) -> tuple[str, ...]:
        """The name of a call whose box has another title."""
        name = self.name(call.id)
        named = self._view.shows("names") and name != title and op_kind(call) != "input"
        return broken(name) if named else ()

    def number_lines(
        self, numbers: CallNumbers | GroupNumbers, *, has_macs: bool
    ) -> tuple[str, ...]:
        """Lines with numbers that the view asks for.

        Args:
            numbers: of the box.
            has_macs: the box tells them elsewhere.
        """
        asked = self._view.show - self._view.hide
        weights, trainable = numbers.parameters, numbers.trainable_parameters
        lines = []
        if "params" in asked and weights:
            lines.append(counted(weights, "parameter"))
        if "macs" in asked and numbers.macs and not has_macs:
            lines.append(f"{short_number(numbers.macs)} MACs")
        if "trainable" in asked and weights and trainable is not None:
            lines.append("trainable" if trainable else "frozen")
        return tuple(lines)
