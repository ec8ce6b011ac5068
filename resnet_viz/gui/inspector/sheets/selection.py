"""Inspector sheet of several selected targets: their sums, and what lies between two."""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.paths.flow import paths_between
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.graph.types import TensorRef
from resnet_viz.gui.diagram.selection import calls_of, calls_of_target, leaving_call
from resnet_viz.gui.diagram.sums import sums_of
from resnet_viz.gui.inspector.sheets.context import SheetContext
from resnet_viz.gui.inspector.sheets.types import Fact, Section, Sheet, SheetLink, truncated

_MOST_NAMES: Final = 12


def selection_sheet(
    context: SheetContext, picture: DisplayList | None, targets: tuple[Target, ...]
) -> Sheet | None:
    """Sheet of two or more targets; None if none of them exists."""
    document = context.document
    calls = calls_of(document, picture, targets)
    if not calls:
        return None
    sections: tuple[Section, ...] = ()
    shapes = None
    facts = (Fact("selected", links=_names(context, targets)), *_sums(context, calls))
    if len(targets) == 2:
        shapes = _shapes(context, picture, targets)
        inside = _calls_between(context, picture, targets)
        sections, between = _between(context, inside)
        facts += between
    return Sheet(
        title=f"{len(targets):,} selected",
        shapes=shapes,
        sections=sections,
        facts=facts,
        facts_title="Together",
        facts_first=True,
        basis=context.basis_text(map(TensorRef, calls)),
    )


def _sums(context: SheetContext, calls: tuple[str, ...]) -> tuple[Fact, ...]:
    sums = sums_of(context.document, context.memory, calls)
    return (
        Fact("holds", sums.layers),
        Fact("weights", sums.weights),
        Fact("MACs", sums.macs),
        Fact("outputs", sums.outputs),
    )


def _calls_between(
    context: SheetContext, picture: DisplayList | None, ends: tuple[Target, ...]
) -> tuple[str, ...] | None:
    """Calls on the paths between two targets, outside both; None if no path joins them."""
    first, second = (calls_of_target(context.document, picture, end) for end in ends)
    flow = paths_between(context.graph, first, second)
    if flow is None:
        return None
    within = flow.calls - {*first, *second}
    return tuple(call.id for call in context.graph.calls if call.id in within)


def _between(
    context: SheetContext, inside: tuple[str, ...] | None
) -> tuple[tuple[Section, ...], tuple[Fact, ...]]:
    """The table of the calls between two ends, and the sums over them."""
    if not inside:
        text = "no path joins them" if inside is None else "nothing: they are neighbours"
        return (), (Fact("between", text),)
    shown, omitted = truncated(inside)
    note = counted(len(inside), "layer")
    section = Section("Between", context.steps(shown), note=note, omitted=omitted)
    first, *others = _sums(context, inside)
    return (section,), (Fact("between", first.text), *(Fact("", fact.text) for fact in others))


def _shapes(
    context: SheetContext, picture: DisplayList | None, ends: tuple[Target, ...]
) -> tuple[str, str] | None:
    """Shapes that leave the two ends, in topological order."""
    leaving = (leaving_call(context.document, picture, end) for end in ends)
    known = {call for call in leaving if call is not None}
    ordered = [call for call in context.graph.calls if call.id in known]
    if len(ordered) != 2:
        return None
    return context.shape(ordered[0].output_shape), context.shape(ordered[1].output_shape)


def _names(context: SheetContext, targets: tuple[Target, ...]) -> tuple[SheetLink, ...]:
    """Links to the targets, the first twelve."""
    links = [SheetLink(_name(context, each), each) for each in targets[:_MOST_NAMES]]
    more = len(targets) - _MOST_NAMES
    return (*links, SheetLink(f"and {more:,} more")) if more > 0 else tuple(links)


def _name(context: SheetContext, target: Target) -> str:
    if target.kind == "group" and target.id in context.structure.by_id:
        return context.structure.by_id[target.id].title
    return {"shortcut": "shortcut", "edge": "tensor"}.get(target.kind, target.id)
