"""Tables of a report: a row for each stage, block, unit outside blocks, and the totals.

A call that is in no unit has a row if it has weights or MACs, so that rows add up to the totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final, TypeAlias

import msgspec

from resnet_viz.analysis.structure.types import RESIDUAL_KINDS
from resnet_viz.analysis.wording.numbers import BYTE_UNITS, grouped, ratio, side_text, unit_for
from resnet_viz.analysis.wording.terms import NO_SHORTCUT
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import Ranks
from resnet_viz.reports.cells import GLOBAL, column_cells, in_unit, plain

JsonRow: TypeAlias = dict[str, Any]
"""A call, a group or the totals of a report."""


class ReportColumn(msgspec.Struct, frozen=True):
    """A heading (of one or two lines), whether it holds numbers, and its cells: rows, then total.

    A number that is no sum has "" in the row of totals.
    """

    heading: str
    is_number: bool
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """True if all cells are empty."""
        return not any(self.cells)


class Table(msgspec.Struct, frozen=True):
    """A titled table; ``depths`` of its rows in the tree of groups, with the total's last (0)."""

    title: str
    depths: tuple[int, ...]
    columns: tuple[ReportColumn, ...]


_BYTES: Final = ("weight_bytes", "kept_bytes", "peak_bytes")


def tables(report: JsonRow) -> tuple[Table, Table]:
    """Layers with sizes and receptive fields; work and memory."""
    pairs = tuple(_rows(report))
    depths, rows = tuple(depth for depth, _ in pairs), tuple(row for _, row in pairs)
    title = f"Work and memory (batch {report['batch']:,}, {dtype_text(report)})"
    return (
        _table("Layers", rows, depths, _layer_columns(report, rows)),
        _table(title, rows, depths, _cost_columns((*rows, report["totals"]))),
    )


def dtype_text(report: JsonRow) -> str:
    """Dtype that memory is counted in."""
    return report["dtype"] or "the model's own dtypes"


def _table(
    title: str, rows: tuple[JsonRow, ...], depths: tuple[int, ...], columns: Iterator[ReportColumn]
) -> Table:
    names = ReportColumn("stage, block", False, (*(plain(row["title"]) for row in rows), "total"))
    filled = (column for column in columns if not column.is_empty)
    return Table(title, (*depths, 0), (names, *filled))


# -- rows ----------------------------------------------------------------------------------------


def _rows(report: JsonRow) -> Iterator[tuple[int, JsonRow]]:
    """Depth and numbers of each stage, block, unit outside blocks and call outside units."""
    index = {call["id"]: number for number, call in enumerate(report["calls"])}
    blocks = {group["id"] for group in report["groups"] if group["kind"] in {"block", "cell"}}
    children: dict[str | None, list[JsonRow]] = {}
    for row in (*report["groups"], *_bare_calls(report)):
        if row["kind"] != "unit" or row["parent"] not in blocks:
            children.setdefault(row["parent"], []).append(row)

    def below(parent: str | None, depth: int) -> Iterator[tuple[int, JsonRow]]:
        for row in sorted(children.get(parent, ()), key=lambda row: index[row["calls"][0]]):
            yield depth, row
            if row["kind"] != "call":
                yield from below(row["id"], depth + 1)

    return below(None, 0)


def _bare_calls(report: JsonRow) -> Iterator[JsonRow]:
    """Rows of calls with weights or MACs that are in no block or unit."""
    home: dict[str, JsonRow] = {}
    for group in report["groups"]:  # the innermost comes last
        home.update(dict.fromkeys(group["calls"], group))
    for call in report["calls"]:
        group = home.get(call["id"])
        is_inside = group is not None and group["kind"] in {"block", "cell", "unit"}
        if not is_inside and (call["parameters"] != 0 or call["macs"] != 0):
            yield {
                **call,
                "kind": "call",
                "block_kind": None,
                "title": call["id"],
                "parent": None if group is None else group["id"],
                "calls": [call["id"]],
                "lines": [call["spec"]] if call["spec"] else [],
                "output_shape": call["output_shapes"][0],
                "peak_bytes": call["live_bytes"],
            }


# -- columns -------------------------------------------------------------------------------------


def _layer_columns(report: JsonRow, rows: tuple[JsonRow, ...]) -> Iterator[ReportColumn]:
    ranks = frozenset(report["ranks_with_channels_first"])
    kinds: dict[str, list[str]] = {}
    for shortcut in report["shortcuts"]:
        kinds.setdefault(shortcut["block"], []).append(shortcut["kind"])
    yield _texts("kind", (_kind(row, kinds.get(row["id"], [])) for row in rows))
    yield _texts("output", (_shape(row["output_shape"], ranks) for row in rows))
    yield _texts("layers", (" · ".join(map(plain, row["lines"])) for row in rows))
    yield _counts("parameters", "parameters", (*rows, report["totals"]))
    yield _counts("MACs", "macs", (*rows, report["totals"]))
    yield _per_axis("field", "receptive_field", rows)
    yield _per_axis("jump", "jump", rows)
    yield _per_axis("start", "field_start", rows)


def _cost_columns(rows: tuple[JsonRow, ...]) -> Iterator[ReportColumn]:
    sizes = (row[name] or row.get(f"{name}_at_least") or 0 for row in rows for name in _BYTES)
    unit = unit_for(max(sizes), BYTE_UNITS)
    yield _counts("trainable\nparameters", "trainable_parameters", rows)
    yield _counts("non-\ntrainable", "non_trainable_parameters", rows)
    yield _counts("FLOPs\n(2 × MACs)", "flops", rows)
    yield _counts("other\noperations", "other_ops", rows)
    yield _counts("output\nvalues", "output_elements", rows)
    for heading, name in zip(("weights", "kept", "peak"), _BYTES, strict=True):
        cells = column_cells(rows, name, partial(in_unit, unit=unit))
        yield ReportColumn(f"{heading},\n{unit[1]}", True, cells)
    yield ReportColumn("MACs\nper byte", True, tuple(ratio(row["intensity"]) for row in rows))


def _texts(heading: str, cells: Iterator[str]) -> ReportColumn:
    return ReportColumn(heading, False, (*cells, ""))


def _counts(heading: str, name: str, rows: tuple[JsonRow, ...]) -> ReportColumn:
    return ReportColumn(heading, True, column_cells(rows, name, grouped))


def _per_axis(heading: str, name: str, rows: tuple[JsonRow, ...]) -> ReportColumn:
    """Sizes along the axes; no cells if no row has any. A field may leave global paths out."""
    if all(row[name] is None for row in rows):
        return ReportColumn(heading, True, ())
    is_field = name == "receptive_field"
    marks = (GLOBAL if is_field and row["global"] and row[name] else "" for row in rows)
    cells = (side_text(row[name]) + mark for row, mark in zip(rows, marks, strict=True))
    return ReportColumn(heading, True, (*cells, ""))


def _kind(row: JsonRow, shortcuts: list[str]) -> str:
    """Kind of a row: "basic, projection" for a block, "model, shared ×2" for a submodel."""
    if row["kind"] == "submodel":
        return f"model, shared ×{row['shared']}" if row["shared"] > 1 else "model"
    if row["kind"] == "cell":
        return "cell"
    own = (row["block_kind"] or "").replace("_", " ")
    is_plain = row["block_kind"] in RESIDUAL_KINDS and {*shortcuts} <= {"gate"}
    missing = NO_SHORTCUT if is_plain else ""
    return ", ".join(dict.fromkeys(filter(None, (own, missing, *shortcuts))))


def _shape(shape: list[int | None] | None, ranks: Ranks) -> str:
    return shape_text(None if shape is None else tuple(shape), channels_first_ranks=ranks)
