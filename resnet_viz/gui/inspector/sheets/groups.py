"""Inspector sheets of groups: blocks with both branches, units, stages."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_viz.analysis.structure.types import RESIDUAL_KINDS, Group, ItemRef, Shortcut
from resnet_viz.analysis.wording.layer_settings import layer_settings
from resnet_viz.analysis.wording.numbers import count_text, counted
from resnet_viz.analysis.wording.terms import (
    NO_SHORTCUT,
    block_term,
    lacks_shortcut,
    shortcut_term,
    submodel_term,
)
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.types import TensorRef
from resnet_viz.gui.inspector.sheets.context import SheetContext, branch_calls, sum_text
from resnet_viz.gui.inspector.sheets.formulas import group_formulas
from resnet_viz.gui.inspector.sheets.tiles import field_note, group_tiles
from resnet_viz.gui.inspector.sheets.types import (
    BranchStep,
    Fact,
    Section,
    Sheet,
    SheetLink,
    truncated,
)


def group_sheet(context: SheetContext, group: Group) -> Sheet:
    """Sheet of any group."""
    if group.kind == "block":
        return _block(context, group)
    if group.kind == "unit":
        return _unit(context, group)
    return _stage(context, group)


def _block(context: SheetContext, block: Group) -> Sheet:
    shortcuts = context.structure.shortcuts_by_block.get(block.id, ())
    shown, omitted = truncated(branch_calls(block, shortcuts))
    is_residual = block.block_kind in RESIDUAL_KINDS and not lacks_shortcut(block)
    title = "Residual branch" if is_residual else "Inside"
    sections = [Section(title, context.steps(shown), headed=True, omitted=omitted)]
    sections += [shortcut_section(context, shortcut) for shortcut in shortcuts]
    if block.join is not None:
        sections.append(Section("Join", context.steps((block.join, *block.tail))))
    return _sheet(
        context, block,
        badge=_block_badge(block),
        position=_block_position(context, block),
        sections=[section for section in sections if section.steps or section.note],
        facts=[fact for shortcut in shortcuts for fact in _shortcut_facts(context, shortcut)],
        facts_title="Shortcut skips",
        field=field_note(context, (block.entry,) if block.entry else (), "block input"),
    )  # fmt: skip


def _unit(context: SheetContext, unit: Group) -> Sheet:
    inputs = [ref.call for ref in context.call(unit.calls[0]).inputs]
    shown, omitted = truncated(unit.calls)
    return _sheet(
        context, unit,
        badge="unit",
        position=_position(context, unit),
        sections=[Section("Layers", context.steps(shown), headed=True, omitted=omitted)],
        facts=settings_facts(context, unit.main or unit.calls[0]),
        field=field_note(context, inputs, "its input"),
    )  # fmt: skip


def _stage(context: SheetContext, stage: Group) -> Sheet:
    shown, omitted = truncated(stage.children)
    steps = tuple(_item_step(context, item) for item in shown)
    position = _submodel_term if stage.kind == "submodel" else _position
    return _sheet(
        context, stage,
        badge=stage.kind,
        position=position(context, stage),
        sections=[Section("Holds", steps, headed=True, omitted=omitted)],
    )  # fmt: skip


def _sheet(
    context: SheetContext, group: Group, *, badge: str, position: str, sections: Sequence[Section],
    facts: Sequence[Fact] = (), facts_title: str = "Configuration", field: str = "",
) -> Sheet:  # fmt: skip
    numbers, memory = context.numbers.groups[group.id], context.memory.groups[group.id]
    is_single_call = group.kind == "unit" and len(group.calls) == 1
    return Sheet(
        title=group.title,
        badge=badge,
        swatch=context.swatch(group.id),
        crumbs=context.crumbs(group.parent, position),
        shapes=(context.shape(group.input_shape), context.shape(group.output_shape)),
        sections=tuple(sections),
        facts=tuple(facts),
        facts_title=facts_title,
        tiles=group_tiles(context, numbers, group.calls, memory, field_note=field),
        formulas=group_formulas(context, group),
        basis=context.basis_text([TensorRef(group.calls[-1])]),
        group=None if is_single_call else group.id,
    )


# -- kinds and positions -------------------------------------------------------------------------


def _block_badge(block: Group) -> str:
    if block.block_kind is None:
        return block.kind
    if lacks_shortcut(block):
        return f"block, {NO_SHORTCUT}"
    return "residual block" if block.block_kind in RESIDUAL_KINDS else block_term(block.block_kind)


def kind_term(shortcut: Shortcut) -> str:
    """A shortcut's kind in short: "projection", "zero-padded", "long identity", "gate"."""
    return shortcut_term(shortcut).removesuffix(" shortcut")


def _position(context: SheetContext, group: Group) -> str:
    """Index among the siblings of the same kind: "block 1 of 4"; the head counts as a stage."""
    kinds = ("stage", "head") if group.kind in ("stage", "head") else (group.kind,)
    siblings = [
        sibling.id
        for sibling in context.structure.groups
        if sibling.parent == group.parent and sibling.kind in kinds
    ]
    return f"{kinds[0]} {siblings.index(group.id) + 1} of {len(siblings)}"


def _block_position(context: SheetContext, block: Group) -> str:
    """Position and kind of a residual block: "block 1 of 4, basic"."""
    position, kind = _position(context, block), block.block_kind
    if kind is None or kind not in RESIDUAL_KINDS or kind == "residual":
        return position
    return f"{position}, {block_term(kind).removesuffix(' residual block')}"


def _submodel_term(context: SheetContext, submodel: Group) -> str:
    """A submodel's class and number of calls: "Sequential model, shared ×2"."""
    names = {submodel.title, context.call(submodel.calls[0]).scope}
    scopes = (
        scope
        for scope in context.graph.scopes
        if scope.id in names or scope.layer.rpartition("/")[2] in names
    )
    term = next((f"{scope.type} model" for scope in scopes), "model")
    return term + (f", shared ×{submodel.shared}" if submodel.shared > 1 else "")


# -- facts and steps -----------------------------------------------------------------------------


def settings_facts(context: SheetContext, call_id: str) -> tuple[Fact, ...]:
    """The settings of a call that matter, named."""
    return tuple(Fact(name, value) for name, value in layer_settings(context.call(call_id)))


def _shortcut_facts(context: SheetContext, shortcut: Shortcut) -> tuple[Fact, ...]:
    return (
        Fact("skipped", counted(len(shortcut.skipped), "layer")),
        Fact("its weights", sum_text(context.numbers.shortcuts[shortcut.id])),
        Fact("from", links=(SheetLink(shortcut.entry, Target("call", shortcut.entry)),)),
    )


def shortcut_section(context: SheetContext, shortcut: Shortcut) -> Section:
    """The calls of a shortcut, with its kind on the right and its line as a sample."""
    shown, omitted = truncated(shortcut.calls)
    identity = BranchStep(
        glyph="",
        title="the input itself",
        subtitle="",
        out=context.shape(context.graph.tensor(shortcut.source).shape),
        weights=count_text(0),
        target=Target("shortcut", shortcut.id),
    )
    return Section(
        "Shortcut", context.steps(shown) or (identity,), note=kind_term(shortcut),
        shortcut_kind=shortcut.kind, omitted=omitted,
    )  # fmt: skip


def _item_step(context: SheetContext, item: ItemRef) -> BranchStep:
    """A call or group of a stage as a line of its table."""
    if item.kind == "call":
        return context.step(item.id)
    group = context.structure.by_id[item.id]
    terms = [kind_term(each) for each in context.structure.shortcuts_by_block.get(item.id, ())]
    is_submodel = group.kind == "submodel"
    if is_submodel:
        terms.append(f"shared ×{group.shared}" if group.shared > 1 else submodel_term(group))
    if group.main is not None:
        glyph = context.step(group.main).glyph
    else:
        glyph = "submodel" if is_submodel else ""
    return BranchStep(
        glyph=glyph,
        title=group.title,
        subtitle=", ".join(terms),
        out=context.shape(group.output_shape),
        weights=sum_text(context.numbers.groups[item.id]),
        target=Target("group", item.id),
    )
