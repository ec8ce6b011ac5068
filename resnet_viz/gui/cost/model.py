"""Costs of a document at a detail, as values: a bar for every item, a share for every stage."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
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
        stage: index in ``Costs.shares`` of its stage.
        token: colour token of that stage.
        value: of the chosen measure; None if unknown.
        macs, parameters: for the scatter chart; None if unknown.
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
    """Costs by one measure at one detail.

    Attributes:
        measure, detail: these.
        bars: items with a cost, or with an unknown one, in topological order.
        shares: of all stages that are columns, in order; they add up to the total.
        total: of the model; a lower bound if ``at_least``.
        unit, scale: values are written as ``value / scale``, in ``unit`` ("millions", "MiB").
        basis: dtype and batch size of memory, "float32, batch 1"; "" for counts.
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
        """Cumulative sum at each bar, as a part of all bars' sum."""
        sums = list(accumulate(bar.value or 0 for bar in self.bars))
        return tuple(value / (sums[-1] or 1) for value in sums)

    def exact(self, value: int | None) -> str:
        """A value in full: "231,211,008 MACs"."""
        if value is None:
            return "unknown"
        words = {"macs": "MACs", "parameters": "parameters", "memory": "bytes"}
        return f"{value:,} {words.get(self.measure, 'other operations')}"


NO_COSTS: Final = Costs(
    measure="macs", detail="block", bars=(), shares=(), total=0, at_least=False, unit="", scale=1,
    basis="",
)  # fmt: skip


def items_at(document: Document, detail: Detail) -> tuple[Target, ...]:
    """Groups and calls that are one box each in the diagram at a detail, in topological order."""
    structure, view = document.structure, View(detail=detail)

    def boxes(item: ItemRef) -> Iterator[Target]:
        if item.kind == "group" and is_open(structure, view, item.id):
            for child in structure.by_id[item.id].children:
                yield from boxes(child)
        else:
            yield Target(item.kind, item.id)

    roots = [ItemRef("group", group.id) for group in structure.groups if group.parent is None]
    roots += [ItemRef("call", id_) for id_, group in structure.innermost_group.items() if not group]
    order = {call.id: index for index, call in enumerate(document.graph.calls)}
    items = (target for root in roots for target in boxes(root))
    return tuple(sorted(items, key=lambda item: order[_first_call(document, item)]))


def _first_call(document: Document, item: Target) -> str:
    return document.structure.by_id[item.id].calls[0] if item.kind == "group" else item.id


def costs_of(
    document: Document, memory: Memory, *, detail: Detail, measure: Measure, basis: str = ""
) -> Costs:
    """Compute the costs of a document.

    Args:
        document: the open model.
        memory: for the chosen batch size and dtype.
        detail: of the items.
        measure: of the values.
        basis: batch size and dtype as text.
    """
    structure = document.structure
    shares = _shares(document, memory, detail, measure)
    columns = {share.target.id: index for index, share in enumerate(shares)}
    bars = []
    for item in items_at(document, detail):
        stage = _column_of(structure, columns, _first_call(document, item))
        token = shares[stage].token if shares else "head"
        bar = _bar(document, memory, item, stage, token, measure)
        if bar.value != 0:  # zero by convention: nothing to see
            bars.append(bar)
    totals = document.numbers.totals.numbers
    total = amount(measure, totals, memory.totals)
    largest = max((bar.value or 0 for bar in bars), default=0)
    scale, unit = unit_for(largest, BYTE_UNITS if measure == "memory" else _COUNTS)
    return Costs(
        measure=measure, detail=detail, bars=tuple(bars), shares=shares, total=total,
        at_least=is_at_least(measure, totals, memory.totals), unit=unit, scale=scale,
        basis=basis if measure == "memory" else "",
    )  # fmt: skip


def _column_of(structure: Structure, columns: dict[str, int], call: str) -> int:
    """Index of the innermost stage around a call that is a column."""
    stage = structure.enclosing_group(call, "stage")
    path = () if stage is None else (*structure.ancestors(stage), structure.by_id[stage])
    indices = (columns[group.id] for group in reversed(path) if group.id in columns)
    return next(indices, len(columns) - 1)


def _shares(
    document: Document, memory: Memory, detail: Detail, measure: Measure
) -> tuple[Share, ...]:
    """The stages that are columns, each without a submodel whose own stages are columns."""
    structure, view = document.structure, View(detail=detail)
    tokens = stage_tokens(structure)
    shares: list[Share] = []

    def value_of(group: Group) -> int:
        return amount(measure, document.numbers.groups[group.id], memory.groups[group.id])

    def add(stage: Group) -> None:
        inner = submodel_in_columns(structure, view, stage)
        value = value_of(stage) - (0 if inner is None else value_of(inner))
        title = stage.title if inner is None else _title_beside(document, stage, inner)
        shares.append(Share(Target("group", stage.id), title, tokens[stage.id], value))
        for child in () if inner is None else inner.children:
            add(structure.by_id[child.id])

    for stage in structure.stages:
        add(structure.by_id[stage])
    return tuple(shares)


def _title_beside(document: Document, stage: Group, inner: Group) -> str:
    """Title of a stage's calls before and behind the submodel that is in its place."""
    index, writer = stage.children.index(ItemRef("group", inner.id)), ContentWriter(document)
    titles = []
    for children in (stage.children[:index], stage.children[index + 1 :]):
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
    """Indices of the bars that contain a selected target or lie in it; edges have none."""
    calls = set(calls_of(document, picture, (each for each in targets if each.kind != "edge")))
    return frozenset(
        index
        for index, bar in enumerate(costs.bars)
        if not calls.isdisjoint(calls_of_target(document, picture, bar.target))
    )
