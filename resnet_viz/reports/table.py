"""The tables of a report: a row for each stage, block, unit outside blocks, and the totals.

A call that is in no unit has a row if it has weights or MACs, so that rows add up to the totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from resnet_viz.analysis.wording.numbers import BYTE_UNITS, ratio, side_text, unit_for
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import Ranks
from resnet_viz.reports.cells import GLOBAL, count, in_unit, plain


class ReportColumn(msgspec.Struct, frozen=True):
    """A heading (of one or two lines), whether it holds numbers, and its cells: rows, then total.

    A number that is no sum has "" in the row of totals.
    """

    heading: str
    is_number: bool
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no row says anything."""
        return not any(self.cells)


class Table(msgspec.Struct, frozen=True):
    """A titled table; ``depths`` says how deep in the tree each row lies, the total's last (0)."""

    title: str
    depths: tuple[int, ...]
    columns: tuple[ReportColumn, ...]


Numbers = dict[str, Any]

_BYTES: Final = ("weight_bytes", "kept_bytes", "peak_bytes")


def tables(report: Numbers) -> tuple[Table, Table]:
    """What the layers are and see; what they weigh, do and hold."""
    rows = tuple(_rows(report))
    depths = (*(depth for depth, _ in rows), 0)
    groups = [group for _, group in rows]
    every = [*groups, report["totals"]]
    names = ReportColumn("stage, block", False, (*(plain(one["title"]) for one in groups), "total"))
    layers = Table("Layers", depths, (names, *_layers(report, groups, every)))
    costs = Table(_costs_title(report), depths, (names, *_costs(every)))
    return tuple(  # type: ignore[return-value]
        msgspec.structs.replace(
            table, columns=tuple(one for one in table.columns if not one.is_empty)
        )
        for table in (layers, costs)
    )


def _costs_title(report: Numbers) -> str:
    dtype = report["dtype"] or "the model's own dtypes"
    return f"Work and memory (batch {report['batch']:,}, {dtype})"


def _rows(report: Numbers) -> Iterator[tuple[int, Numbers]]:
    """Depth and numbers of each stage, block, unit outside blocks and call outside units."""
    place = {call["id"]: number for number, call in enumerate(report["calls"])}
    blocks = {group["id"] for group in report["groups"] if group["kind"] == "block"}
    inside: dict[str | None, list[Numbers]] = {}
    for row in (*report["groups"], *_bare_calls(report)):
        if row["kind"] != "unit" or row["parent"] not in blocks:
            inside.setdefault(row["parent"], []).append(row)

    def below(parent: str | None, depth: int) -> Iterator[tuple[int, Numbers]]:
        for row in sorted(inside.get(parent, ()), key=lambda one: place[one["calls"][0]]):
            yield depth, row
            if row["kind"] != "call":
                yield from below(row["id"], depth + 1)

    return below(None, 0)


def _bare_calls(report: Numbers) -> Iterator[Numbers]:
    """Rows of calls with weights or MACs that are in no block or unit."""
    home: dict[str, Numbers] = {}
    for group in report["groups"]:  # the innermost comes last
        home.update(dict.fromkeys(group["calls"], group))
    for call in report["calls"]:
        group = home.get(call["id"])
        is_inside = group is not None and group["kind"] in {"block", "unit"}
        if not is_inside and (call["parameters"] != 0 or call["macs"] != 0):
            yield {
                **call, "kind": "call", "block_kind": None, "title": call["id"],
                "parent": None if group is None else group["id"], "calls": [call["id"]],
                "lines": [call["spec"]] if call["spec"] else [],
                "output_shape": call["output_shapes"][0], "peak_bytes": call["live_bytes"],
            }  # fmt: skip


def _layers(
    report: Numbers, groups: list[Numbers], every: list[Numbers]
) -> tuple[ReportColumn, ...]:
    channels_first_ranks = frozenset(report["ranks_with_channels_first"])
    shortcuts = _shortcut_kinds(report)
    return (
        ReportColumn("kind", False, (*(_kind(one, shortcuts) for one in groups), "")),
        ReportColumn(
            "output",
            False,
            (
                *(
                    _shape(one["output_shape"], channels_first_ranks=channels_first_ranks)
                    for one in groups
                ),
                "",
            ),
        ),
        ReportColumn("layers", False, (*(_lines(one) for one in groups), "")),
        _counts("parameters", "parameters", every),
        _counts("MACs", "macs", every),
        _along("field", "receptive_field", groups),
        _along("jump", "jump", groups),
        _along("start", "field_start", groups),
    )


def _costs(every: list[Numbers]) -> tuple[ReportColumn, ...]:
    sizes = (one[name] or one.get(f"{name}_at_least") or 0 for one in every for name in _BYTES)
    unit = unit_for(max(sizes), BYTE_UNITS)

    def held(heading: str, name: str) -> ReportColumn:
        cells = tuple(in_unit(one, name, unit) for one in every)
        return ReportColumn(f"{heading},\n{unit[1]}", True, cells)

    return (
        _counts("trainable\nparameters", "trainable_parameters", every),
        _counts("non-\ntrainable", "non_trainable_parameters", every),
        _counts("FLOPs\n(2 × MACs)", "flops", every),
        _counts("other\noperations", "other_ops", every),
        _counts("output\nvalues", "output_elements", every),
        held("weights", "weight_bytes"),
        held("kept", "kept_bytes"),
        held("peak", "peak_bytes"),
        ReportColumn("MACs\nper byte", True, tuple(ratio(one["intensity"]) for one in every)),
    )


def _counts(heading: str, name: str, every: list[Numbers]) -> ReportColumn:
    return ReportColumn(heading, True, tuple(count(one, name) for one in every))


def _along(heading: str, name: str, groups: list[Numbers]) -> ReportColumn:
    has_any = any(one[name] is not None for one in groups)
    marks = [_mark(one) if name == "receptive_field" else "" for one in groups]
    pairs = zip(groups, marks, strict=True)
    cells = [side_text(one[name]) + mark if has_any else "" for one, mark in pairs]
    return ReportColumn(heading, True, (*cells, ""))


def _mark(group: Numbers) -> str:
    """A sign behind a field that global ways are left out of."""
    return GLOBAL if group["global"] and group["receptive_field"] is not None else ""


def _shortcut_kinds(report: Numbers) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for shortcut in report["shortcuts"]:
        if shortcut["block"] is not None:
            kinds.setdefault(shortcut["block"], []).append(shortcut["kind"])
    return kinds


def _kind(group: Numbers, shortcuts: dict[str, list[str]]) -> str:
    """Of a block "basic, projection", of a submodel "model, shared ×2"."""
    if group["kind"] == "submodel":
        return f"model, shared ×{group['shared']}" if group["shared"] > 1 else "model"
    own = (group["block_kind"] or "").replace("_", " ")
    return ", ".join(dict.fromkeys(part for part in (own, *shortcuts.get(group["id"], ())) if part))


def _shape(shape: list[int | None] | None, *, channels_first_ranks: Ranks) -> str:
    return shape_text(
        None if shape is None else tuple(shape), channels_first_ranks=channels_first_ranks
    )


def _lines(group: Numbers) -> str:
    return " · ".join(plain(line) for line in group["lines"])
