"""Names, crumbs, shapes and steps of a document, as all sheets write them."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.analysis.costs.memory.basis import MODEL_BASIS, MemoryBasis
from resnet_viz.analysis.costs.types import CallNumbers, GroupNumbers, Memory
from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.keras_ops.dtypes import effective_dtype
from resnet_viz.analysis.structure.types import Group, Shortcut
from resnet_viz.analysis.wording.captions import caption
from resnet_viz.analysis.wording.numbers import (
    count_text,
)
from resnet_viz.analysis.wording.terms import op_term
from resnet_viz.document import Document
from resnet_viz.drawing.colors import stage_tokens
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import UNKNOWN_TEXT, channels, shape_text
from resnet_viz.graph.types import LayerCall, Shape, TensorRef
from resnet_viz.gui.inspector.sheets.types import BranchStep, SheetLink


class SheetContext:
    """A document with the memory of the chosen basis; writes its parts for sheets."""

    def __init__(
        self, document: Document, memory: Memory | None = None, basis: MemoryBasis = MODEL_BASIS
    ) -> None:
        self.document = document
        self.memory = document.numbers.memory if memory is None else memory
        self.basis = basis
        self.structure = document.structure
        self.numbers = document.numbers
        self.graph = document.graph
        self.channels_first_ranks = document.graph.channels_first_ranks

    def call(self, call_id: str) -> LayerCall:
        """A call by id."""
        return self.graph.by_id[call_id]

    def shape(self, shape: Shape | None) -> str:
        """A shape as text, H×W×C."""
        return shape_text(shape, channels_first_ranks=self.channels_first_ranks)

    def swatch(self, group_id: str | None) -> str:
        """Colour token of the stage around (or at) a group."""
        tokens, path = stage_tokens(self.structure), self._path(group_id)
        return next((tokens[group.id] for group in reversed(path) if group.id in tokens), "")

    def crumbs(self, group_id: str | None, *last: str) -> tuple[SheetLink, ...]:
        """Links from the model down to a group, and then ``last``."""
        path = self._path(group_id)
        links = (SheetLink(group.title, Target("group", group.id)) for group in path)
        return (SheetLink(self.document.title), *links, *map(SheetLink, last))

    def _path(self, group_id: str | None) -> tuple[Group, ...]:
        """The groups around a group, outermost first, and the group itself."""
        if group_id is None:
            return ()
        return (*self.structure.ancestors(group_id), self.structure.by_id[group_id])

    def step(self, call_id: str) -> BranchStep:
        """A call as a line of a branch."""
        call = self.call(call_id)
        title, subtitle = self._step_texts(call)
        return BranchStep(
            glyph=display_kind(call),
            title=title,
            subtitle=subtitle,
            out=self.shape(call.output_shape),
            weights=_weights_text(self.numbers.calls[call_id]),
            target=Target("call", call_id),
        )

    def steps(self, calls: Iterable[str]) -> tuple[BranchStep, ...]:
        """Calls as lines of a branch."""
        return tuple(self.step(call) for call in calls)

    def _step_texts(self, call: LayerCall) -> tuple[str, str]:
        """Title and second line: ("Conv 3×3 /2", "64 → 128")."""
        term, description = op_term(call), caption(call, self.graph)
        if op_kind(call) != "conv":
            return term, description
        filters = str(call.config.get("filters", ""))
        settings = [setting for setting in description.split(", ") if setting != filters]
        before = channels(
            self.graph.input_shapes(call)[0], channels_first_ranks=self.channels_first_ranks
        )
        after = channels(call.output_shape, channels_first_ranks=self.channels_first_ranks)
        subtitle = " → ".join("?" if size is None else str(size) for size in (before, after))
        return " ".join([term, *settings]), subtitle

    def basis_text(self, refs: Iterable[TensorRef]) -> str:
        """Dtypes of tensors and the batch size: "float32, batch 1"; "" for no tensors."""
        dtypes = {
            effective_dtype(self.graph.tensor(ref).dtype, self.basis.dtype) or UNKNOWN_TEXT
            for ref in refs
        }
        return f"{', '.join(sorted(dtypes))}, batch {self.basis.batch:,}" if dtypes else ""


def _weights_text(numbers: CallNumbers) -> str:
    """A call's weights in a table: the trainable ones; all of them if none is trainable."""
    return count_text(numbers.trainable_parameters or numbers.parameters)


def sum_text(numbers: GroupNumbers) -> str:
    """A group's weights in a table: the trainable ones, or all that are known."""
    if numbers.split_at_least:
        return count_text(numbers.parameters, at_least=numbers.parameters_at_least)
    return count_text(numbers.trainable_parameters)


def branch_calls(block: Group, shortcuts: tuple[Shortcut, ...]) -> tuple[str, ...]:
    """The calls of a block that are neither on a shortcut nor the join or behind it."""
    others = {call for shortcut in shortcuts for call in shortcut.calls}
    others |= {block.join or "", *block.tail}
    return tuple(call for call in block.calls if call not in others)
