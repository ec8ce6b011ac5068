"""Inspector sheets of a call, a tensor, a shortcut and the model."""

from __future__ import annotations

from resnet_viz.analysis.paths.count import count_paths
from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.analysis.wording.terms import class_term, op_term, package_of
from resnet_viz.drawing.display_list import DrawnTensor, Target
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.graph.types import LayerCall, TensorRef
from resnet_viz.gui.inspector.sheets.context import SheetContext
from resnet_viz.gui.inspector.sheets.formulas import (
    call_formulas,
    model_formulas,
    shortcut_formulas,
    tensor_formulas,
)
from resnet_viz.gui.inspector.sheets.groups import kind_term, settings_facts, shortcut_section
from resnet_viz.gui.inspector.sheets.path_texts import paths_text
from resnet_viz.gui.inspector.sheets.tiles import call_tiles, group_tiles
from resnet_viz.gui.inspector.sheets.types import (
    Fact,
    Section,
    Sheet,
    SheetLink,
    Tile,
    truncated,
)


def call_sheet(context: SheetContext, call: LayerCall) -> Sheet:
    """Sheet of one call: type, configuration, shapes, neighbours, numbers."""
    group = context.structure.innermost_group.get(call.id)
    inputs = "\n".join(dict.fromkeys(map(context.shape, context.graph.input_shapes(call))))
    facts = (
        Fact("type", class_term(call)),
        *_package_fact(call),
        *_code_fact(call),
        *_layer_fact(call),
        *settings_facts(context, call.id),
        *_output_fact(context, call),
        *_neighbours(context, call),
    )
    return Sheet(
        title=call.id,
        badge=op_term(call),
        swatch=context.swatch(group),
        crumbs=context.crumbs(group, "layer"),
        shapes=(inputs or UNKNOWN_TEXT, context.shape(call.output_shape)) if call.inputs else None,
        facts=facts,
        tiles=call_tiles(context, call),
        formulas=call_formulas(context, call),
        basis=context.basis_text([TensorRef(call.id)]),
    )


def _package_fact(call: LayerCall) -> tuple[Fact, ...]:
    """The package of a class that is not Keras's."""
    package = package_of(call)
    return (Fact("package", package),) if package else ()


def _code_fact(call: LayerCall) -> tuple[Fact, ...]:
    """A note that a Lambda's code is not run."""
    return (Fact("code", "not run"),) if call.type == "Lambda" else ()


def _layer_fact(call: LayerCall) -> tuple[Fact, ...]:
    return () if call.layer == call.id else (Fact("layer", call.layer),)


def _output_fact(context: SheetContext, call: LayerCall) -> tuple[Fact, ...]:
    """The output shapes of a call with several outputs or no input."""
    if call.inputs and len(call.outputs) == 1:
        return ()
    texts = ", ".join(context.shape(tensor.shape) for tensor in call.outputs)
    return (Fact("output", texts),)


def _neighbours(context: SheetContext, call: LayerCall) -> tuple[Fact, ...]:
    sources = tuple(dict.fromkeys(ref.call for ref in call.inputs))
    neighbours = (("from", sources), ("to", context.graph.consumers[call.id]))
    return tuple(Fact(name, links=_call_links(*calls)) for name, calls in neighbours if calls)


def _call_links(*calls: str) -> tuple[SheetLink, ...]:
    return tuple(SheetLink(call, Target("call", call)) for call in calls)


def edge_sheet(context: SheetContext, drawn: DrawnTensor) -> Sheet:
    """Sheet of a tensor: shape, dtype, source and consumers."""
    tensor = context.graph.tensor(drawn.ref)
    shape = context.shape(tensor.shape)
    group = context.structure.innermost_group.get(drawn.ref.call)
    facts = [Fact("shape", shape), Fact("dtype", tensor.dtype or UNKNOWN_TEXT)]
    if drawn.ref.output:
        facts.append(Fact("output", f"number {drawn.ref.output}"))
    facts += [
        Fact("from", links=_call_links(drawn.ref.call)),
        Fact("to", links=_call_links(*drawn.consumers)),
    ]
    return Sheet(
        title=shape,
        badge="tensor",
        swatch=context.swatch(group),
        crumbs=context.crumbs(group, f"output of {drawn.ref.call}"),
        facts=tuple(facts),
        facts_title="Tensor",
        formulas=tensor_formulas(context, drawn.ref),
        basis=context.basis_text([drawn.ref]),
    )


def shortcut_sheet(context: SheetContext, shortcut: Shortcut) -> Sheet:
    """Sheet of a shortcut: kind, ends, skipped layers, weights."""
    block = shortcut.block
    facts = [
        Fact("kind", kind_term(shortcut)),
        Fact("entry", links=_call_links(shortcut.entry)),
        Fact("join", links=_call_links(shortcut.join)),
    ]
    if block is not None:
        title = context.structure.by_id[block].title
        facts.append(Fact("block", links=(SheetLink(title, Target("group", block)),)))
    group = context.structure.innermost_group.get(shortcut.join) if block is None else block
    shown, omitted = truncated(shortcut.skipped)
    note = counted(len(shortcut.skipped), "layer")
    skipped = Section("Skips", context.steps(shown), note=note, omitted=omitted)
    if not shortcut.calls:
        facts.append(Fact("costs", "nothing of its own: the input tensor is passed on"))
    return Sheet(
        title="Shortcut",
        badge=kind_term(shortcut),
        swatch=context.swatch(group),
        crumbs=context.crumbs(group, "shortcut"),
        shapes=(context.shape(shortcut.input_shape), context.shape(shortcut.output_shape)),
        sections=(shortcut_section(context, shortcut), skipped),
        facts=tuple(facts),
        facts_title="Ends",
        tiles=_shortcut_tiles(context, shortcut),
        formulas=shortcut_formulas(context, shortcut),
        basis=context.basis_text([shortcut.source]),
    )


def _shortcut_tiles(context: SheetContext, shortcut: Shortcut) -> tuple[Tile, ...]:
    """Tiles of the sums over its calls; an identity has none."""
    if not shortcut.calls:
        return ()
    numbers = context.numbers.shortcuts[shortcut.id]
    memory = context.memory.shortcuts[shortcut.id]
    return group_tiles(context, numbers, shortcut.calls, memory, has_field=False)


def model_sheet(context: SheetContext) -> Sheet:
    """Sheet of the model: numbers of layers, calls, joins and shortcuts, sums."""
    totals, graph = context.numbers.totals, context.graph
    calls = tuple(context.numbers.calls)
    paths = count_paths(context.structure)
    counts = (
        ("layers", totals.layers), ("calls", totals.calls),
        ("joins", totals.joins), ("shortcuts", len(context.structure.shortcuts)),
    )  # fmt: skip
    return Sheet(
        title=context.document.title,
        badge="model",
        shapes=_model_shapes(context),
        facts=(
            Fact("weighted", _depth(totals.weighted_layers)),
            *(Fact(name, f"{count:,}") for name, count in counts),
            Fact("paths", paths_text(paths.total)),
        ),
        facts_title="Holds",
        tiles=group_tiles(context, totals.numbers, calls, context.memory.totals, has_field=False),
        paths=paths.by_branches if paths.by_branches and len(paths.by_branches) > 1 else (),
        formulas=model_formulas(context),
        basis=context.basis_text(graph.outputs),
    )


def _model_shapes(context: SheetContext) -> tuple[str, str] | None:
    """Shapes of the model's inputs and outputs, each in a line; None if there are over three."""
    graph = context.graph
    ends = [
        list(dict.fromkeys(context.shape(graph.tensor(ref).shape) for ref in refs))
        for refs in (graph.inputs, graph.outputs)
    ]
    if not all(0 < len(shapes) <= 3 for shapes in ends):
        return None
    return "\n".join(ends[0]), "\n".join(ends[1])


def _depth(weighted_layers: int | None) -> str:
    return (
        "unknown: layers hold others that are not known"
        if weighted_layers is None
        else f"{weighted_layers:,} layers on the longest path"
    )
