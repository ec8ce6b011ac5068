"""Tile of what an experiment has measured of a selected layer or group."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.numbers import short_number
from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.legend.experiment_numbers import Basis, ExperimentNumbers
from resnet_viz.experiments.layer_numbers import TERMS, LayerNumbers
from resnet_viz.gui.inspector.sheets.types import Sheet, Tile

_BASES: Final[dict[Basis, str]] = {
    "own": "",
    "mean": "mean of what it holds; ",
    "around": "of the block around it; ",
}


def with_measured(
    sheet: Sheet, structure: Structure, target: Target, measured: LayerNumbers
) -> Sheet:
    """``sheet`` with the number that colours its target first, if it has one."""
    numbers = ExperimentNumbers(structure, measured)
    found = None
    if target.kind == "group":
        found = numbers.group(target.id)
    elif target.kind == "call":
        found = numbers.call(target.id)
    if found is None:
        return sheet
    note = f"{_BASES[found.basis]}{measured.origin}"
    tile = Tile(TERMS[measured.quantity], short_number(found.value), note, is_wide=True)
    return msgspec.structs.replace(sheet, tiles=(tile, *sheet.tiles))
