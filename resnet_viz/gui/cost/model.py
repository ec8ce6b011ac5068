"""What the Cost tab shows, as values: a bar for every item of a detail, and the stages' shares."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.costs.measures import Measure, amount, is_at_least
from resnet_viz.analysis.costs.types import CallNumbers, GroupNumbers, Memory
from resnet_viz.analysis.structure.types import Group, ItemRef, Structure
from resnet_viz.analysis.wording.numbers import BYTE_UNITS, Unit, percent, scaled, unit_for
from resnet_viz.document import Document
from resnet_viz.drawing.colors import stage_tokens
from resnet_viz.drawing.content import ContentWriter
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.gui.diagram.selection import calls_of, calls_of_target
from resnet_viz.layout.open_state import is_open, submodel_in_columns
from resnet_viz.layout.view import Detail, View

MEASURES: Final[dict[Measure, str]] = {
    "macs": "MACs",
    "parameters": "Parameters",
    "memory": "Activation memory",
    "other_ops": "Other operations",
}
_COUNTS: Final[tuple[Unit, ...]] = (
    (10**9, "billions"), (10**6, "millions"), (10**3, "thousands"), (1, ""),
)  # fmt: skip


class Bar(msgspec.Struct, frozen=True):
    """One item with its costs.

    Attributes:
        target: the group or call.
        title: its name.
        stage: place in ``Costs.shares`` of the stage that it lies in.
        token: colour token of that stage.
        value: of the chosen measure; None if unknown.
        macs, parameters: for the second view; None if unknown.
    """

    target: Target
    title: str
    stage: int
    token: str
    value: int | None
    macs: int | None
    parameters: int | None


class Share(msgspec.Struct, frozen=True):
    """A stage's part of the total."""

    target: Target
    title: str
    token: str
    value: int


class Costs(msgspec.Struct, frozen=True):
    """Everything that the Cost tab shows of one measure at one detail.

    Attributes:
        measure, detail: what was asked for.
        bars: items with a cost, or with an unknown one, in topological order.
        shares: of all stages that are columns, in order; in sum the total.
        total: of the model; a lower bound if ``at_least``.
        unit, scale: values are written as ``value / scale``, in ``unit`` ("millions", "MiB").
        basis: what memory holds for, "float32, batch 1"; "" for counts.
    """

    measure: Measure
    detail: Detail
    bars: tuple[Bar, ...]
    shares: tuple[Share, ...]
    total: int
    at_least: bool
    unit: str
    scale: int
    basis: str

    @property
    def title(self) -> str:
        """The chart's heading: "MACs per block, millions"."""
        unit = f", {self.unit}" if self.unit else ""
        return f"{MEASURES[self.measure]} per {self.detail}{unit}"

    def short(self, value: int | None) -> str:
        """A value in the chart's unit: "231.2", "0.05", "< 0.01", "–"."""
        if value is None:
            return UNKNOWN_TEXT
        is_small = 0 < value < 0.095 * self.scale
        return scaled(value, self.scale, 0 if self.scale == 1 else 2 if is_small else 1)

    def share_text(self, value: int) -> str:
        """A value's part of the total: "36.5 %", "< 0.1 %"."""
        return percent(value, self.total, decimals=1)

    def running(self) -> tuple[float, ...]:
        """For each bar the part of all bars' sum that it and those before it make, 0 to 1."""
        whole = sum(bar.value or 0 for bar in self.bars)
        found, so_far = [], 0
        for bar in self.bars:
            so_far += bar.value or 0
            found.append(so_far / whole if whole else 0.0)
        return tuple(found)

    def exact(self, value: int | None) -> str:
        """A value in full: "231,211,008 MACs"."""
        if value is None:
            return "unknown"
        words = {"macs": "MACs", "parameters": "parameters", "memory": "bytes"}
        return f"{value:,} {words.get(self.measure, 'other operations')}"


NO_COSTS: Final = Costs("macs", "block", (), (), 0, False, "", 1, "")


def items_at(document: Document, detail: Detail) -> tuple[Target, ...]:
    """What a picture of the whole detail shows as one box each, in topological order."""
    structure, view = document.structure, View(detail=detail)
    found: list[Target] = []

    def walk(group_id: str) -> None:
        if not is_open(structure, view, group_id):
            found.append(Target("group", group_id))
            return
        for child in structure.by_id[group_id].children:
            if child.kind == "group":
                walk(child.id)
            else:
                found.append(Target("call", child.id))

    for group in structure.groups:
        if group.parent is None:
            walk(group.id)
    found += [
        Target("call", call) for call, home in structure.innermost_group.items() if home is None
    ]
    place = {call.id: index for index, call in enumerate(document.graph.calls)}
    return tuple(sorted(found, key=lambda item: place[_first_call(document, item)]))


def _first_call(document: Document, item: Target) -> str:
    return document.structure.by_id[item.id].calls[0] if item.kind == "group" else item.id


def costs_of(
    document: Document, memory: Memory, *, detail: Detail, measure: Measure, basis: str = ""
) -> Costs:
    """The costs of a document.

    Args:
        document: the open model.
        memory: for the batch size and dtype of the user's choice.
        detail: bars are its items.
        measure: what is counted.
        basis: the batch size and dtype in words.
    """
    structure = document.structure
    shares = _shares(document, memory, detail, measure)
    index = {share.target.id: place for place, share in enumerate(shares)}
    bars = []
    for item in items_at(document, detail):
        place = _column(structure, index, _first_call(document, item))
        bar = _bar(document, memory, item, place, shares[place].token if shares else "head",
                   measure)  # fmt: skip
        if bar.value != 0:  # zero by convention: nothing to see
            bars.append(bar)
    totals = document.numbers.totals.numbers
    total = amount(measure, totals, memory.totals)
    largest = max((bar.value or 0 for bar in bars), default=0)
    scale, unit = unit_for(largest, BYTE_UNITS if measure == "memory" else _COUNTS)
    return Costs(
        measure, detail, tuple(bars), shares, total,
        is_at_least(measure, totals, memory.totals),
        unit, scale, basis if measure == "memory" else "",
    )  # fmt: skip


def _column(structure: Structure, index: dict[str, int], call: str) -> int:
    """Place of the innermost stage around a call that is a column."""
    stage = structure.enclosing_group(call, "stage")
    around = () if stage is None else (*structure.ancestors(stage), structure.by_id[stage])
    found = (index[each.id] for each in reversed(around) if each.id in index)
    return next(found, len(index) - 1)


def _shares(
    document: Document, memory: Memory, detail: Detail, measure: Measure
) -> tuple[Share, ...]:
    """The stages that are columns, each without the submodel whose stages have taken its place."""
    structure, view = document.structure, View(detail=detail)
    tokens = stage_tokens(structure)
    found: list[Share] = []

    def value_of(group: Group) -> int:
        return amount(measure, document.numbers.groups[group.id], memory.groups[group.id])

    def add(stage: Group) -> None:
        inner = submodel_in_columns(structure, view, stage)
        value = value_of(stage) - (0 if inner is None else value_of(inner))
        title = stage.title if inner is None else _title_beside(document, stage, inner)
        found.append(Share(Target("group", stage.id), title, tokens[stage.id], value))
        for child in () if inner is None else inner.children:
            add(structure.by_id[child.id])

    for stage in structure.stages:
        add(structure.by_id[stage])
    return tuple(found)


def _title_beside(document: Document, stage: Group, inner: Group) -> str:
    """The panels' title of what a stage holds beside the submodel that has taken its place."""
    place, writer = stage.children.index(ItemRef("group", inner.id)), ContentWriter(document)
    titles = []
    for children in (stage.children[:place], stage.children[place + 1 :]):
        calls = tuple(
            call
            for child in children
            for call in (
                (child.id,) if child.kind == "call" else document.structure.by_id[child.id].calls
            )
        )
        titles.append(writer.piece_title(calls) if calls else "")
    return ", ".join(filter(None, titles)) or stage.title


def _bar(
    document: Document, memory: Memory, item: Target, stage: int, token: str, measure: Measure
) -> Bar:
    numbers: CallNumbers | GroupNumbers
    value: int | None
    if item.kind == "group":
        numbers, held = document.numbers.groups[item.id], memory.groups[item.id]
        value = amount(measure, numbers, held)
        title = document.structure.by_id[item.id].title
        if not value and is_at_least(measure, numbers, held):
            value = None
    else:
        numbers = document.numbers.calls[item.id]
        value = amount(measure, numbers, memory.calls[item.id])
        title = item.id
    return Bar(item, title, stage, token, value, numbers.macs, numbers.parameters)


def bars_of(
    document: Document, picture: DisplayList | None, costs: Costs, targets: tuple[Target, ...]
) -> frozenset[int]:
    """Places of the bars that hold what is selected, or lie in it. Edges light none."""
    solid = [target for target in targets if target.kind != "edge"]
    calls = set(calls_of(document, picture, solid))
    found = []
    for place, bar in enumerate(costs.bars):
        inside = calls_of_target(document, picture, bar.target)
        if not calls.isdisjoint(inside):
            found.append(place)
    return frozenset(found)
