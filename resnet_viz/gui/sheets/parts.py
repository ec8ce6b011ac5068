"""The inspector's sheets of what is no group: a call, a tensor, a shortcut, the model."""

from __future__ import annotations

from math import prod

from resnet_viz.analysis.describe import op_word
from resnet_viz.analysis.values import Shortcut
from resnet_viz.drawing.display_list import DrawnTensor, Target
from resnet_viz.graph.values import LayerCall, Shape, TensorRef
from resnet_viz.gui.sheets import computed, formulas
from resnet_viz.gui.sheets.context import Context, split_formula
from resnet_viz.gui.sheets.groups import kind_word, settings_facts, shortcut_section
from resnet_viz.gui.sheets.values import UNKNOWN, Fact, Formula, Link, Section, Sheet


def call_sheet(context: Context, call: LayerCall) -> Sheet:
    """The sheet of one call: type, configuration, shapes, how its numbers follow."""
    found = context.numbers.calls[call.id]
    home = context.structure.home.get(call.id)
    inputs = context.graph.input_shapes(call)
    shown = "\n".join(dict.fromkeys(context.shape(shape) for shape in inputs))
    start = call.inputs[0].call if call.inputs else None
    rows: list[Formula] = list(formulas.sizes(context, (call.id,))) if _moves(call) else []
    if found.parameters_formula:
        rows.append(split_formula("weights", found.parameters_formula, "parameters"))
    if found.macs_formula:
        rows.append(split_formula("MACs", found.macs_formula, "macs"))
    rows += computed.call_memory(context, call)
    rows += formulas.field(context, start, (call.id,)) or computed.widest(found.receptive_field)
    rows += computed.call_rest(context, call)
    facts = (
        Fact("type", call.type),
        *_code_fact(call),
        *_layer_fact(call),
        *settings_facts(context, call.id),
    )
    return Sheet(
        title=call.id,
        badge=op_word(call),
        swatch=context.swatch(home),
        crumbs=context.crumbs(home, "layer"),
        shapes=(shown or UNKNOWN, context.shape(call.output_shape)) if call.inputs else None,
        facts=(*facts, *_shape_facts(context, call), *_neighbours(context, call)),
        tiles=context.call_tiles(call),
        formulas=tuple(rows),
        computed=context.computed([TensorRef(call.id)]),
    )


def _moves(call: LayerCall) -> bool:
    """Whether the call has a stride or kernel that its output size could follow from."""
    return any(key in call.config for key in ("strides", "pool_size", "kernel_size", "padding"))


def _code_fact(call: LayerCall) -> tuple[Fact, ...]:
    """That a Lambda's code is only in the file."""
    return (Fact("code", "not run"),) if call.type == "Lambda" else ()


def _layer_fact(call: LayerCall) -> tuple[Fact, ...]:
    return () if call.layer == call.id else (Fact("layer", call.layer),)


def _shape_facts(context: Context, call: LayerCall) -> tuple[Fact, ...]:
    """The shapes themselves, where there is more than one output or no input."""
    if call.inputs and len(call.outputs) == 1:
        return ()
    texts = ", ".join(context.shape(tensor.shape) for tensor in call.outputs)
    return (Fact("output", texts),)


def _neighbours(context: Context, call: LayerCall) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    sources = tuple(dict.fromkeys(ref.call for ref in call.inputs))
    if sources:
        facts.append(Fact("from", links=tuple(_call_link(each) for each in sources)))
    targets = context.graph.consumers[call.id]
    if targets:
        facts.append(Fact("to", links=tuple(_call_link(each) for each in targets)))
    return tuple(facts)


def _call_link(call_id: str) -> Link:
    return Link(call_id, Target("call", call_id))


def edge_sheet(context: Context, drawn: DrawnTensor) -> Sheet:
    """The sheet of a tensor: what it is, where it comes from and where it goes."""
    tensor = context.graph.tensor(drawn.ref)
    shape = context.shape(tensor.shape)
    home = context.structure.home.get(drawn.ref.call)
    facts = [Fact("shape", shape), Fact("dtype", tensor.dtype or UNKNOWN)]
    if drawn.ref.output:
        facts.append(Fact("output", f"number {drawn.ref.output}"))
    facts += [
        Fact("from", links=(_call_link(drawn.ref.call),)),
        Fact("to", links=tuple(_call_link(each) for each in drawn.consumers)),
    ]
    return Sheet(
        title=shape,
        badge="tensor",
        swatch=context.swatch(home),
        crumbs=context.crumbs(home, f"output of {drawn.ref.call}"),
        facts=tuple(facts),
        facts_title="Tensor",
        formulas=_elements(context, tensor.shape, tensor.dtype),
        computed=context.computed([drawn.ref]),
    )


def _elements(context: Context, shape: Shape | None, dtype: str | None) -> tuple[Formula, ...]:
    sizes = () if shape is None else shape[1:]
    known = [size for size in sizes if size is not None]
    if not known or len(known) != len(sizes):
        return (Formula("elements", UNKNOWN, key="output_elements"),)
    count = prod(known)
    product = "·".join(str(size) for size in known)
    text, result = (product, f"{count:,}") if len(known) > 1 else (f"{count:,}", "")
    rows = [Formula("elements", text, result, "output_elements")]
    size = context.bytes_of(dtype)
    if size is not None:
        rows.append(computed.memory_row("memory", count, size, context.basis.batch))
    return tuple(rows)


def shortcut_sheet(context: Context, shortcut: Shortcut) -> Sheet:
    """The sheet of a shortcut: kind, ends, what it skips, its weights."""
    count = len(shortcut.skipped)
    block = shortcut.block
    facts = [
        Fact("kind", kind_word(shortcut)),
        Fact("entry", links=(_call_link(shortcut.entry),)),
        Fact("join", links=(_call_link(shortcut.join),)),
    ]
    if block is not None:
        title = context.structure.by_id[block].title
        facts.append(Fact("block", links=(Link(title, Target("group", block)),)))
    home = block if block is not None else context.structure.home.get(shortcut.join)
    numbers = context.numbers.shortcuts[shortcut.id]
    skipped = Section(
        "Skips", context.steps(shortcut.skipped), note=f"{count:,} layer" + "s" * (count != 1)
    )
    return Sheet(
        title="Shortcut",
        badge=kind_word(shortcut),
        swatch=context.swatch(home),
        crumbs=context.crumbs(home, "shortcut"),
        shapes=(context.shape(shortcut.input_shape), context.shape(shortcut.output_shape)),
        sections=(shortcut_section(context, shortcut), skipped),
        facts=tuple(facts),
        facts_title="Ends",
        tiles=context.sums(
            numbers, shortcut.calls, context.memory.shortcuts[shortcut.id], has_field=False
        ),
        formulas=computed.group_rows(
            context, shortcut.calls, numbers, context.memory.shortcuts[shortcut.id]
        ),
        computed=context.computed([shortcut.source]),
    )
