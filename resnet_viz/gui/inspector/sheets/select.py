"""Sheet of the selected target."""

from __future__ import annotations

from resnet_viz.analysis.costs.memory.basis import MODEL_BASIS, MemoryBasis
from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.experiments.layer_numbers import LayerNumbers
from resnet_viz.gui.inspector.sheets.calls_and_model import (
    call_sheet,
    edge_sheet,
    model_sheet,
    shortcut_sheet,
)
from resnet_viz.gui.inspector.sheets.context import SheetContext
from resnet_viz.gui.inspector.sheets.formulas import link_tiles
from resnet_viz.gui.inspector.sheets.groups import group_sheet
from resnet_viz.gui.inspector.sheets.measured import with_measured
from resnet_viz.gui.inspector.sheets.selection import selection_sheet
from resnet_viz.gui.inspector.sheets.types import Sheet


def sheet_of(
    document: Document,
    picture: DisplayList | None,
    targets: tuple[Target, ...],
    *,
    memory: Memory | None = None,
    basis: MemoryBasis = MODEL_BASIS,
    measured: LayerNumbers | None = None,
) -> Sheet | None:
    """Sheet of the selected target, or of several together; None if none of them exists.

    ``memory`` is that for ``basis``; by default both are the model's own. ``measured``: the numbers
    of an experiment that colour the picture.
    """
    context = SheetContext(document, memory, basis)
    if len(targets) > 1:
        return selection_sheet(context, picture, targets)
    sheet = _sheet(context, picture, targets[0]) if targets else None
    if sheet is None:
        return None
    sheet = link_tiles(sheet)
    if measured is not None:
        sheet = with_measured(sheet, document.structure, targets[0], measured)
    return sheet


def sheet_of_model(
    document: Document, *, memory: Memory | None = None, basis: MemoryBasis = MODEL_BASIS
) -> Sheet:
    """Sheet of the model, for when nothing is selected."""
    return link_tiles(model_sheet(SheetContext(document, memory, basis)))


def calls_behind(document: Document, targets: tuple[Target, ...]) -> int:
    """Number of calls that the sheet of a selection sums up; no targets stand for the model."""
    if len(targets) != 1:  # the walk between two may pass every call
        return len(document.graph.calls)
    target = targets[0]
    group = document.structure.by_id.get(target.id) if target.kind == "group" else None
    return 1 if group is None else len(group.calls)


def _sheet(context: SheetContext, picture: DisplayList | None, target: Target) -> Sheet | None:
    structure = context.structure
    if target.kind == "group":
        group = structure.by_id.get(target.id)
        return None if group is None else group_sheet(context, group)
    if target.kind == "call":
        call = context.graph.by_id.get(target.id)
        return None if call is None else call_sheet(context, call)
    if target.kind == "shortcut":
        shortcut = structure.shortcuts_by_id.get(target.id)
        return None if shortcut is None else shortcut_sheet(context, shortcut)
    drawn = None if picture is None else picture.tensors.get(target.id)
    return None if drawn is None else edge_sheet(context, drawn)
