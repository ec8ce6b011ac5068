"""Tooltips of boxes and shortcuts, which exports write as titles."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Group, Shortcut
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.analysis.wording.terms import class_term
from resnet_viz.document import Document
from resnet_viz.drawing.names import applied_activation
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import LayerCall, Shape


class TipWriter:
    """Writes the tooltips of a document's boxes and shortcuts."""

    def __init__(self, document: Document) -> None:
        self._graph = document.graph
        self._numbers = document.numbers

    def _shape(self, shape: Shape | None) -> str:
        return shape_text(shape, channels_first_ranks=self._graph.channels_first_ranks)

    def of_group(self, group: Group) -> str:
        """Name, in → out, MACs, parameters."""
        numbers = self._numbers.groups[group.id]
        least = "at least " if numbers.macs_at_least else ""
        fewest = "at least " if numbers.parameters_at_least else ""
        return (
            f"{group.title}: {self._shape(group.input_shape)} → {self._shape(group.output_shape)}, "
            f"{least}{numbers.macs:,} MACs, {fewest}{numbers.parameters:,} parameters"
        )

    def of_call(self, call: LayerCall) -> str:
        """Name, in → out, MACs, parameters; unknown ones are left out."""
        numbers = self._numbers.calls[call.id]
        shapes = [self._shape(shape) for shape in self._graph.input_shapes(call)]
        into = f"{', '.join(dict.fromkeys(shapes))} → " if shapes else ""
        applied = applied_activation(call)
        term = f"{class_term(call)}, {applied}" if applied else class_term(call)
        parts = [f"{call.id} ({term}): {into}{self._shape(call.output_shape)}"]
        if numbers.macs:
            parts.append(f"{numbers.macs:,} MACs")
        if numbers.parameters:
            parts.append(f"{numbers.parameters:,} parameters")
        return ", ".join(parts)

    def of_shortcut(self, shortcut: Shortcut) -> str:
        """Kind, in → out, number of skipped layers."""
        long = "long " if shortcut.long else ""
        return (
            f"{long}{shortcut.kind} shortcut: {self._shape(shortcut.input_shape)} → "
            f"{self._shape(shortcut.output_shape)}, skips {counted(len(shortcut.skipped), 'layer')}"
        )
