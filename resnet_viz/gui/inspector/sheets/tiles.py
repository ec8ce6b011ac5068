"""Tiles of a sheet: the main numbers of a call, a group, a shortcut or the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, GroupMemory, GroupNumbers
from resnet_viz.analysis.wording.numbers import (
    axes_text,
    bytes_text,
    count_text,
    counted,
    marked,
    short_number,
    side_text,
)
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import LayerCall
from resnet_viz.gui.inspector.sheets.context import SheetContext
from resnet_viz.gui.inspector.sheets.types import Tile

_BATCH_NORM: Final = "BatchNormalization"
_NOT_IN_FILE: Final = "trainable or not: not in the file"


def call_tiles(context: SheetContext, call: LayerCall) -> tuple[Tile, ...]:
    """The tiles of one call."""
    numbers, memory = context.numbers.calls[call.id], context.memory.calls[call.id]
    if numbers.trainable_parameters is None and numbers.parameters is not None:
        count = count_text(numbers.parameters)
        parameters = Tile("Parameters", count, _NOT_IN_FILE, "parameters")
    else:
        count = count_text(numbers.trainable_parameters)
        parameters = Tile("Trainable parameters", count, key="trainable_parameters")
    note = field_note(context, (ref.call for ref in call.inputs), "its input")
    field = (_field_tile(numbers, note),)
    return (parameters, *_cost_tiles(context, (call.id,), numbers, memory, field))


def group_tiles(
    context: SheetContext, numbers: GroupNumbers, calls: tuple[str, ...], memory: GroupMemory, *,
    field_note: str = "", has_field: bool = True,
) -> tuple[Tile, ...]:  # fmt: skip
    """The tiles of the sums over a group, a shortcut or the model."""
    parameters = _group_parameters(context, numbers, calls)
    field = (_field_tile(numbers, field_note),) if has_field else ()
    return (parameters, *_cost_tiles(context, calls, numbers, memory, field))


def field_note(context: SheetContext, calls: Iterable[str], where: str) -> str:
    """The widest receptive field of some calls: "59 at its input"; "" if none is known."""
    fields = [context.numbers.calls[call].receptive_field for call in calls]
    known = [field for field in fields if field is not None]
    return f"{side_text(max(known))} at {where}" if known else ""


def _group_parameters(context: SheetContext, numbers: GroupNumbers, calls: tuple[str, ...]) -> Tile:
    """The trainable ones; all of them where a file doesn't tell them apart."""
    trainable = numbers.trainable_parameters
    if numbers.parameters != trainable + numbers.non_trainable_parameters:
        split = f"{count_text(trainable, at_least=True)} trainable"
        note = split if trainable else _NOT_IN_FILE
        count = count_text(numbers.parameters, at_least=numbers.parameters_at_least)
        return Tile("Parameters", count, note, "parameters")
    count = count_text(trainable, at_least=numbers.split_at_least)
    return Tile(
        "Trainable parameters", count, _normalization_note(context, calls), "trainable_parameters"
    )


def _field_tile(numbers: CallNumbers | GroupNumbers, note: str) -> Tile:
    field = axes_text(numbers.receptive_field)
    note = "global paths left out" if numbers.is_global else note
    return Tile("Receptive field", field, note, "receptive_field")


def _cost_tiles(
    context: SheetContext, calls: tuple[str, ...], numbers: CallNumbers | GroupNumbers,
    memory: CallMemory | GroupMemory, field: tuple[Tile, ...],
) -> tuple[Tile, ...]:  # fmt: skip
    """The tiles after that of the parameters."""
    macs, flops, fixed = numbers.macs, numbers.flops, numbers.non_trainable_parameters
    macs_at_least = isinstance(numbers, GroupNumbers) and numbers.macs_at_least
    fixed_at_least = isinstance(numbers, GroupNumbers) and numbers.split_at_least
    bytes_at_least = isinstance(memory, GroupMemory) and memory.activations_at_least
    size = marked(memory.output_bytes, bytes_text, at_least=bytes_at_least)
    statistics = _statistics_note(context, calls) if fixed else ""
    fixed_text = count_text(fixed, at_least=fixed_at_least)
    return (
        Tile(
            "MACs",
            marked(macs, short_number, at_least=macs_at_least),
            f"{macs:,}" if macs else "",
            "macs",
        ),
        Tile("Activation memory", size, _outputs_note(context, calls), "output_bytes"),
        *field,
        Tile("Non-trainable", fixed_text, statistics, "non_trainable_parameters"),
        Tile("FLOPs", marked(flops, short_number, at_least=macs_at_least), "2 × MACs", "flops"),
    )


def _outputs_note(context: SheetContext, calls: tuple[str, ...]) -> str:
    """Number of outputs, and their size where it is equal: "9 outputs × 392 KiB"."""
    sizes = [context.memory.calls[call].output_bytes for call in calls]
    count = counted(len(sizes), "output")
    common = sizes[0] if len(set(sizes)) == 1 else None
    return f"{count} × {bytes_text(common)}" if common is not None and len(sizes) > 1 else count


def _normalization_note(context: SheetContext, calls: tuple[str, ...]) -> str:
    """The part of the trainable parameters that normalisations have: "of which BN 768"."""
    norms = {call.layer: call for call in map(context.call, calls) if op_kind(call) == "norm"}
    counts = [context.numbers.calls[call.id].trainable_parameters for call in norms.values()]
    if not counts or any(count is None for count in counts):
        return ""
    word = "BN" if all(call.type == _BATCH_NORM for call in norms.values()) else "norm"
    return f"of which {word} {sum(count or 0 for count in counts):,}"


def _statistics_note(context: SheetContext, calls: tuple[str, ...]) -> str:
    """The note "BN statistics" if only batch normalisations have non-trainable parameters."""
    numbers = context.numbers.calls
    types = {context.call(call).type for call in calls if numbers[call].non_trainable_parameters}
    return "BN statistics" if types <= {_BATCH_NORM} else ""
