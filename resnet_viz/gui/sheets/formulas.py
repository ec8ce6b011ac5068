"""How a group's numbers follow from its calls', as formulas that add up."""

from __future__ import annotations

from math import prod

from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import size_text, spatial
from resnet_viz.gui.sheets.context import Context, side, split_formula
from resnet_viz.gui.sheets.values import Formula


def sizes(context: Context, calls: tuple[str, ...]) -> tuple[Formula, ...]:
    """How the spatial size follows along these calls; none where nothing is known of it."""
    found = [context.numbers.calls[call].size_formula for call in calls]
    texts = list(dict.fromkeys(text for text in found if text))
    if not texts:
        return _same_size(context, calls)
    axes = len(spatial(context.call(calls[-1]).output_shape, first=context.first))
    name = _size_name(axes or 2)
    return tuple(split_formula("" if index else name, text) for index, text in enumerate(texts))


def _same_size(context: Context, calls: tuple[str, ...]) -> tuple[Formula, ...]:
    if not calls:
        return ()
    first, last = context.call(calls[0]), context.call(calls[-1])
    shapes = context.graph.input_shapes(first)
    if not shapes:
        return ()
    before = spatial(shapes[0], first=context.first)
    after = spatial(last.output_shape, first=context.first)
    if not before or before != after:
        return ()
    if not any(_has_stride(context, call) for call in calls):
        return ()
    return (Formula(_size_name(len(after)), f"{size_text(after)}, as every stride is 1"),)


def _has_stride(context: Context, call_id: str) -> bool:
    return "strides" in context.call(call_id).config


def _size_name(axes: int) -> str:
    return {1: "length", 2: "out H, W"}.get(axes, "out size")


def macs(context: Context, calls: tuple[str, ...]) -> tuple[Formula, ...]:
    """The sum of the calls' MACs; convolutions of one output size share its factor."""
    counts = [(call, context.numbers.calls[call].macs) for call in calls]
    if any(count is None for _, count in counts):
        return ()
    parts = [(call, count) for call, count in counts if count]
    total = sum(count for _, count in parts)
    if not parts:
        return ()
    if len(parts) == 1:
        formula = context.numbers.calls[parts[0][0]].macs_formula
        return (split_formula("MACs", formula or f"{total:,}", "macs"),)
    shared = _shared_size(context, tuple(call for call, _ in parts))
    if shared and all(count % prod(shared) == 0 for _, count in parts):
        factor = "·".join(str(size) for size in shared)
        text = f"{factor}·{total // prod(shared):,}"
    else:
        text = " + ".join(f"{count:,}" for _, count in parts)
    if len(text) > 120:  # a whole stage's sum is no formula any more
        return (Formula("MACs", f"sum of {len(parts)} layers", f"{total:,}", "macs"),)
    return (Formula("MACs", text, f"{total:,}", "macs"),)


def _shared_size(context: Context, calls: tuple[str, ...]) -> tuple[int, ...]:
    found: set[tuple[int | None, ...]] = set()
    for call in map(context.call, calls):
        if op_kind(call) != "conv":
            return ()
        found.add(spatial(call.output_shape, first=context.first))
    shared = found.pop() if len(found) == 1 else ()
    known = tuple(size for size in shared if size is not None)
    return known if len(known) == len(shared) else ()


def field(context: Context, start: str | None, calls: tuple[str, ...]) -> tuple[Formula, ...]:
    """How the receptive field grows along a branch: "59 + 2·4 + 2·8" = "83".

    Every convolution and pooling adds (kernel − 1) times the jump at its input. Nothing is said
    where the sum would not give the field of the last call (a wider branch elsewhere).
    """
    before = context.field_at(start)
    if before is None or not calls:
        return ()
    terms: list[str] = []
    now = before
    for call in calls:
        after = context.field_at(call)
        if after is None or len(after) != len(now):
            return ()
        grown = after[0] - now[0]
        jump = _jump_before(context, call)
        if grown:
            if jump is None or grown % jump:
                return ()
            terms.append(f"{grown // jump:g}·{jump:g}")
        now = after
    if not terms:
        return ()
    return (Formula("field", " + ".join([side(before), *terms]), side(now), "receptive_field"),)


def _jump_before(context: Context, call_id: str) -> float | None:
    inputs = context.call(call_id).inputs
    jump = context.numbers.calls[inputs[0].call].jump if inputs else None
    return jump[0] if jump else None
