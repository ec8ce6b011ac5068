"""The inspector's sheets of groups: a block with both branches, a unit, a stage."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import RESIDUAL_KINDS, Group, Shortcut
from resnet_viz.analysis.wording.layer_settings import layer_settings
from resnet_viz.analysis.wording.numbers import count_text, counted, side_text
from resnet_viz.analysis.wording.terms import block_term, shortcut_term
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.types import TensorRef
from resnet_viz.gui.inspector.sheets import formulas as computed
from resnet_viz.gui.inspector.sheets.context import Context, branch_calls, sum_text
from resnet_viz.gui.inspector.sheets.types import (
    BranchStep,
    Fact,
    Section,
    Sheet,
    SheetLink,
    first_of,
)


def group_sheet(context: Context, group: Group) -> Sheet:
    """The sheet of any group."""
    if group.kind == "block":
        return _block(context, group)
    if group.kind == "unit":
        return _unit(context, group)
    return _stage(context, group)


def badge(group: Group) -> str:
    """A group's kind in words."""
    if group.kind != "block" or group.block_kind is None:
        return group.kind
    return "residual block" if group.block_kind in RESIDUAL_KINDS else block_term(group.block_kind)


def kind_word(shortcut: Shortcut) -> str:
    """A shortcut's kind in short: "projection", "zero-padded", "long identity", "gate"."""
    return shortcut_term(shortcut).removesuffix(" shortcut")


def _block(context: Context, block: Group) -> Sheet:
    structure = context.structure
    shortcuts = structure.shortcuts_by_block.get(block.id, ())
    branch = branch_calls(block, shortcuts)
    numbers, memory = context.numbers.groups[block.id], context.memory.groups[block.id]
    sections = [_branch(context, block, branch)]
    sections += [shortcut_section(context, each) for each in shortcuts]
    if block.join is not None:
        sections.append(Section("Join", context.steps((block.join, *block.tail))))
    before = context.field_at(block.entry)
    note = "" if before is None else f"{side_text(before)} at block input"
    rows = computed.group_rows(context, block)
    return Sheet(
        title=block.title,
        badge=badge(block),
        swatch=context.swatch(block.id),
        crumbs=context.crumbs(block.parent, _block_place(context, block)),
        shapes=(context.shape(block.input_shape), context.shape(block.output_shape)),
        sections=tuple(section for section in sections if section.steps or section.note),
        facts=_block_facts(context, block, shortcuts),
        facts_title="Shortcut skips",
        tiles=computed.opening(context.sums(numbers, block.calls, memory, field_note=note), rows),
        formulas=rows,
        computed=_computed(context, block),
        group=block.id,
    )


def _branch(context: Context, block: Group, branch: tuple[str, ...]) -> Section:
    title = "Residual branch" if block.block_kind in RESIDUAL_KINDS else "Inside"
    shown, more = first_of(branch)
    return Section(title, context.steps(shown), headed=True, more=more)


def _block_place(context: Context, block: Group) -> str:
    """Where a block stands, and which kind of residual block it is: "block 1 of 4, basic"."""
    place, kind = _place(context, block), block.block_kind
    if kind is None or kind not in RESIDUAL_KINDS or kind == "residual":
        return place
    return f"{place}, {block_term(kind).removesuffix(' residual block')}"


def shortcut_section(context: Context, shortcut: Shortcut) -> Section:
    """A shortcut's calls, with its kind on the right and its line as a sample."""
    shown, more = first_of(shortcut.calls)
    steps = context.steps(shown)
    if not steps:
        source = shortcut.source
        passes = BranchStep(
            glyph="",
            title="the input itself",
            sub="",
            out=context.shape(context.graph.tensor(source).shape),
            weights=count_text(0),
            target=Target("shortcut", shortcut.id),
        )
        steps = (passes,)
    note = kind_word(shortcut)
    return Section("Shortcut", steps, note=note, line=shortcut.kind, more=more)


def _block_facts(
    context: Context, block: Group, shortcuts: tuple[Shortcut, ...]
) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for shortcut in shortcuts:
        weights = context.numbers.shortcuts[shortcut.id]
        facts.append(Fact("skipped", counted(len(shortcut.skipped), "layer")))
        facts.append(Fact("its weights", sum_text(weights)))
        entry = SheetLink(shortcut.entry, Target("call", shortcut.entry))
        facts.append(Fact("from", links=(entry,)))
    del block
    return tuple(facts)


def _place(context: Context, group: Group) -> str:
    """Where a group stands among its like: "block 1 of 4"."""
    siblings = [
        each
        for each in context.structure.groups
        if each.parent == group.parent and each.kind == group.kind
    ]
    return f"{group.kind} {siblings.index(group) + 1} of {len(siblings)}"


def _unit(context: Context, unit: Group) -> Sheet:
    main = unit.main or unit.calls[0]
    before = [context.field_at(ref.call) for ref in context.call(unit.calls[0]).inputs]
    known = [each for each in before if each is not None]
    tiles = context.sums(
        context.numbers.groups[unit.id],
        unit.calls,
        context.memory.groups[unit.id],
        field_note=f"{side_text(max(known))} at its input" if known else "",
    )
    rows = computed.group_rows(context, unit)
    shown, more = first_of(unit.calls)
    return Sheet(
        title=unit.title,
        badge="unit",
        swatch=context.swatch(unit.id),
        crumbs=context.crumbs(unit.parent, _place(context, unit)),
        shapes=(context.shape(unit.input_shape), context.shape(unit.output_shape)),
        sections=(Section("Layers", context.steps(shown), headed=True, more=more),),
        facts=settings_facts(context, main),
        tiles=computed.opening(tiles, rows),
        formulas=rows,
        computed=_computed(context, unit),
        group=unit.id if len(unit.calls) > 1 else None,
    )


def settings_facts(context: Context, call_id: str) -> tuple[Fact, ...]:
    """The configuration of a call that matters."""
    return tuple(Fact(name, value) for name, value in layer_settings(context.call(call_id)))


def _stage(context: Context, stage: Group) -> Sheet:
    numbers, memory = context.numbers.groups[stage.id], context.memory.groups[stage.id]
    shown, more = first_of(stage.children)
    rows = tuple(_stage_row(context, child.kind, child.id) for child in shown)
    formulas = computed.group_rows(context, stage)
    return Sheet(
        title=stage.title,
        badge=stage.kind,
        swatch=context.swatch(stage.id),
        crumbs=context.crumbs(stage.parent, _stage_place(context, stage)),
        shapes=(context.shape(stage.input_shape), context.shape(stage.output_shape)),
        sections=(Section("Holds", rows, headed=True, more=more),),
        tiles=computed.opening(context.sums(numbers, stage.calls, memory), formulas),
        formulas=formulas,
        computed=_computed(context, stage),
        group=stage.id,
    )


def _stage_place(context: Context, stage: Group) -> str:
    if stage.kind == "submodel":
        scopes = context.graph.scopes
        names = {stage.title, context.call(stage.calls[0]).scope}
        found = (s for s in scopes if s.id in names or s.layer.rpartition("/")[2] in names)
        words = next((f"{scope.type} model" for scope in found), "model")
        return words + (f", shared ×{stage.shared}" if stage.shared > 1 else "")
    kinds = ("stage", "head")
    stages = [
        each.id
        for each in context.structure.groups
        if each.parent == stage.parent and each.kind in kinds
    ]
    return f"stage {stages.index(stage.id) + 1} of {len(stages)}"


def _stage_row(context: Context, kind: str, child_id: str) -> BranchStep:
    if kind == "call":
        return context.step(child_id)
    group = context.structure.by_id[child_id]
    numbers = context.numbers.groups[child_id]
    shortcuts = context.structure.shortcuts_by_block.get(child_id, ())
    words = [kind_word(each) for each in shortcuts]
    if group.kind == "submodel":
        words.append(f"shared ×{group.shared}" if group.shared > 1 else "submodel")
    main = context.step(group.main) if group.main is not None else None
    glyph = "submodel" if group.kind == "submodel" else ""
    return BranchStep(
        glyph=main.glyph if main is not None else glyph,
        title=group.title,
        sub=", ".join(words) if words else "",
        out=context.shape(group.output_shape),
        weights=sum_text(numbers),
        target=Target("group", child_id),
    )


def _computed(context: Context, group: Group) -> str:
    last = context.call(group.calls[-1])
    return context.computed([TensorRef(last.id)])
