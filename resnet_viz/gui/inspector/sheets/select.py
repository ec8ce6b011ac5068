"""From what is selected to its sheet."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.costs.memory_basis import MODEL_BASIS, MemoryBasis
from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.gui.inspector.sheets.calls_and_model import (
    call_sheet,
    edge_sheet,
    model_sheet,
    shortcut_sheet,
)
from resnet_viz.gui.inspector.sheets.context import Context
from resnet_viz.gui.inspector.sheets.groups import group_sheet
from resnet_viz.gui.inspector.sheets.types import Sheet, SheetLink


def sheet_of(
    document: Document,
    picture: DisplayList | None,
    targets: tuple[Target, ...],
    *,
    memory: Memory | None = None,
    basis: MemoryBasis = MODEL_BASIS,
) -> Sheet | None:
    """The sheet of the target selected last; None if nothing that exists is selected.

    ``memory`` is for the batch size and dtype of ``basis``; without, for the model's own.
    """
    context = Context(document, memory, basis)
    sheet = _sheet(context, picture, targets[-1]) if targets else None
    if sheet is None or len(targets) == 1:
        return sheet
    others = f"and {len(targets) - 1:,} more selected"
    return msgspec.structs.replace(sheet, crumbs=(*sheet.crumbs, SheetLink(others)))


def sheet_of_model(
    document: Document, *, memory: Memory | None = None, basis: MemoryBasis = MODEL_BASIS
) -> Sheet:
    """The sheet of the whole model, for when nothing is selected."""
    return model_sheet(Context(document, memory, basis))


def calls_behind(document: Document, target: Target | None) -> int:
    """How many calls the sheet of a target sums up; None stands for the model."""
    if target is None:
        return len(document.graph.calls)
    group = document.structure.by_id.get(target.id) if target.kind == "group" else None
    return 1 if group is None else len(group.calls)


def _sheet(context: Context, picture: DisplayList | None, target: Target) -> Sheet | None:
    structure = context.structure
    if target.kind == "group":
        group = structure.by_id.get(target.id)
        return None if group is None else group_sheet(context, group)
    if target.kind == "call":
        call = context.graph.by_id.get(target.id)
        return None if call is None else call_sheet(context, call)
    if target.kind == "shortcut":
        found = structure.shortcuts_by_id.get(target.id)
        return None if found is None else shortcut_sheet(context, found)
    drawn = None if picture is None else picture.tensors.get(target.id)
    return None if drawn is None else edge_sheet(context, drawn)
