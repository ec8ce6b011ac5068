"""The inspector's sheets of what is no group: a call, a tensor, a shortcut, the model."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.analysis.wording.terms import class_term, op_term, package_of
from resnet_viz.drawing.display_list import DrawnTensor, Target
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.graph.types import LayerCall, TensorRef
from resnet_viz.gui.inspector.sheets import formulas as computed
from resnet_viz.gui.inspector.sheets.context import Context
from resnet_viz.gui.inspector.sheets.groups import kind_word, settings_facts, shortcut_section
from resnet_viz.gui.inspector.sheets.types import (
    Fact,
    Formula,
    Section,
    Sheet,
    SheetLink,
    Tile,
    first_of,
)


def call_sheet(context: Context, call: LayerCall) -> Sheet:
    """The sheet of one call: type, configuration, shapes, how its numbers follow."""
    home = context.structure.innermost_group.get(call.id)
    inputs = context.graph.input_shapes(call)
    shown = "\n".join(dict.fromkeys(context.shape(shape) for shape in inputs))
    rows = computed.call_rows(context, call)
    facts = (
        Fact("type", class_term(call)),
        *_package_fact(call),
        *_code_fact(call),
        *_layer_fact(call),
        *settings_facts(context, call.id),
    )
    return Sheet(
        title=call.id,
        badge=op_term(call),
        swatch=context.swatch(home),
        crumbs=context.crumbs(home, "layer"),
        shapes=(shown or UNKNOWN_TEXT, context.shape(call.output_shape)) if call.inputs else None,
        facts=(*facts, *_shape_facts(context, call), *_neighbours(context, call)),
        tiles=computed.opening(context.call_tiles(call), rows),
        formulas=rows,
        computed=context.computed([TensorRef(call.id)]),
    )


def _package_fact(call: LayerCall) -> tuple[Fact, ...]:
    """Where a class of the user's own is from."""
    package = package_of(call)
    return (Fact("package", package),) if package else ()


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


def _call_link(call_id: str) -> SheetLink:
    return SheetLink(call_id, Target("call", call_id))


def edge_sheet(context: Context, drawn: DrawnTensor) -> Sheet:
    """The sheet of a tensor: what it is, where it comes from and where it goes."""
    tensor = context.graph.tensor(drawn.ref)
    shape = context.shape(tensor.shape)
    home = context.structure.innermost_group.get(drawn.ref.call)
    facts = [Fact("shape", shape), Fact("dtype", tensor.dtype or UNKNOWN_TEXT)]
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
        formulas=computed.tensor_rows(context, drawn.ref),
        computed=context.computed([drawn.ref]),
    )


def shortcut_sheet(context: Context, shortcut: Shortcut) -> Sheet:
    """The sheet of a shortcut: kind, ends, what it skips, its weights."""
    block = shortcut.block
    facts = [
        Fact("kind", kind_word(shortcut)),
        Fact("entry", links=(_call_link(shortcut.entry),)),
        Fact("join", links=(_call_link(shortcut.join),)),
    ]
    if block is not None:
        title = context.structure.by_id[block].title
        facts.append(Fact("block", links=(SheetLink(title, Target("group", block)),)))
    home = block if block is not None else context.structure.innermost_group.get(shortcut.join)
    shown, more = first_of(shortcut.skipped)
    note = counted(len(shortcut.skipped), "layer")
    skipped = Section("Skips", context.steps(shown), note=note, more=more)
    rows = computed.shortcut_rows(context, shortcut)
    if not shortcut.calls:
        facts.append(Fact("costs", "nothing of its own: the input tensor is passed on"))
    return Sheet(
        title="Shortcut",
        badge=kind_word(shortcut),
        swatch=context.swatch(home),
        crumbs=context.crumbs(home, "shortcut"),
        shapes=(context.shape(shortcut.input_shape), context.shape(shortcut.output_shape)),
        sections=(shortcut_section(context, shortcut), skipped),
        facts=tuple(facts),
        facts_title="Ends",
        tiles=_shortcut_tiles(context, shortcut, rows),
        formulas=rows,
        computed=context.computed([shortcut.source]),
    )


def _shortcut_tiles(
    context: Context, shortcut: Shortcut, rows: tuple[Formula, ...]
) -> tuple[Tile, ...]:
    """Sums over its calls; an identity has none, so there is nothing to add up."""
    if not shortcut.calls:
        return ()
    numbers = context.numbers.shortcuts[shortcut.id]
    memory = context.memory.shortcuts[shortcut.id]
    return computed.opening(context.sums(numbers, shortcut.calls, memory, has_field=False), rows)


def model_sheet(context: Context) -> Sheet:
    """The sheet of the whole model: what it has in all, and how its sums follow."""
    totals, graph = context.numbers.totals, context.graph
    rows = computed.model_rows(context)
    calls = tuple(context.numbers.calls)
    tiles = context.sums(totals.numbers, calls, context.memory.totals, has_field=False)
    counts = (
        ("layers", totals.layers), ("calls", totals.calls),
        ("joins", totals.joins), ("shortcuts", len(context.structure.shortcuts)),
    )  # fmt: skip
    return Sheet(
        title=context.document.title,
        badge="model",
        shapes=_model_shapes(context),
        facts=(
            Fact("weighted", f"{totals.weighted_layers:,} layers on the longest way"),
            *(Fact(name, f"{count:,}") for name, count in counts),
        ),
        facts_title="Holds",
        tiles=computed.opening(tiles, rows),
        formulas=rows,
        computed=context.computed(graph.outputs),
    )


def _model_shapes(context: Context) -> tuple[str, str] | None:
    """Shapes of its inputs and outputs, each in a line, where there are few enough to read."""
    graph = context.graph
    ends = [
        list(dict.fromkeys(context.shape(graph.tensor(ref).shape) for ref in refs))
        for refs in (graph.inputs, graph.outputs)
    ]
    if not all(0 < len(shapes) <= 3 for shapes in ends):
        return None
    return "\n".join(ends[0]), "\n".join(ends[1])
