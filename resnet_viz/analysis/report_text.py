"""A report as text: a table for a paper's appendix, JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, TypeAlias

import msgspec

from resnet_viz.analysis.report_table import (
    HEADINGS,
    RIGHT,
    notes,
    plain,
    problems,
    rows,
    summary,
    total_row,
)

Format: TypeAlias = Literal["text", "json", "csv", "markdown"]

FORMATS: Final[tuple[Format, ...]] = ("text", "json", "csv", "markdown")
_NOTE_WIDTH: Final = 100


def render(report: dict[str, Any], format_: Format) -> str:
    """The report (see ``report.report``) in one of ``FORMATS``; ends with a line end.

    Text and Markdown have a row for each stage and, inside, for each block and each unit outside
    blocks, then the totals, the problems, and what the numbers mean. CSV is the table of calls.
    JSON is the report itself.
    """
    return _WRITERS[format_](report)


def _json(report: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


_CALL_COLUMNS: Final = (
    "id", "layer", "call_index", "type", "spec", "input_shapes", "output_shapes", "parameters",
    "trainable_parameters", "non_trainable_parameters", "macs", "receptive_field", "global",
    "unit", "block", "stage", "flops", "other_ops", "output_elements", "jump", "field_start",
    "weight_bytes", "input_bytes", "output_bytes", "kept_bytes", "live_bytes", "intensity",
)  # fmt: skip


def _csv(report: dict[str, Any]) -> str:
    """One row a call; unknown is empty, lists (shapes, fields) are JSON."""
    import csv
    import io

    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(_CALL_COLUMNS)
    for call in report["calls"]:
        writer.writerow(_cell(call[column]) for column in _CALL_COLUMNS)
    return target.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _heading(report: dict[str, Any]) -> str:
    name, source = plain(report["name"]), plain(report["source"])
    return name if name == source else f"{name} ({source})"


def _text(report: dict[str, Any]) -> str:
    table = [["  " * depth + cells[0], *cells[1:]] for depth, cells in rows(report)]
    every = [list(HEADINGS), *table, total_row(report)]
    used = [place for place in range(len(HEADINGS)) if any(row[place] for row in table)]
    widths = {place: max(len(row[place]) for row in every) for place in used}
    head, *body, total = [_aligned(row, widths) for row in every]
    rule = "─" * max(len(line) for line in (head, total, *body))
    totals = summary(report)
    label = max(len(name) for name, _ in totals)
    lines = [
        _heading(report), "", head, rule, *body, rule, total, rule,
        *(f"{name:<{label}}  {value}" for name, value in totals),
    ]  # fmt: skip
    found = problems(report) or ["none"]
    lines += ["", "Problems", *_wrapped(found), "", "Notes", *_wrapped(notes(report))]
    return "\n".join(lines) + "\n"


def _aligned(row: list[str], widths: dict[int, int]) -> str:
    cells = [
        row[place].rjust(width) if place in RIGHT else row[place].ljust(width)
        for place, width in widths.items()
    ]
    return "  ".join(cells).rstrip()


def _wrapped(paragraphs: Iterable[str]) -> list[str]:
    """Paragraphs in lines that fit a page, the further ones indented."""
    import textwrap

    return [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(
            paragraph, _NOTE_WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )
    ]


def _markdown(report: dict[str, Any]) -> str:
    body = [
        [f"**{_escaped(cells[0])}**" if depth == 0 else _escaped(cells[0]), *cells[1:]]
        for depth, cells in rows(report)
    ]
    rule = ["--:" if place in RIGHT else "---" for place in range(len(HEADINGS))]
    total = [f"**{cell}**" if cell else "" for cell in total_row(report)]
    lines = [f"| {' | '.join(row)} |" for row in (list(HEADINGS), rule, *body, total)]
    totals = [f"- {name}: {_escaped(value)}" for name, value in summary(report)]
    found = [f"- {_escaped(line)}" for line in problems(report)] or ["- none"]
    meaning = [f"- {_escaped(line)}" for line in notes(report)]
    parts = [f"## {_escaped(_heading(report))}", "", *lines, "", *totals, "", "### Problems", "",
             *found, "", "### Notes", "", *meaning]  # fmt: skip
    return "\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    for mark in "\\|`*_<[":
        text = text.replace(mark, f"\\{mark}")
    return text


_WRITERS: Final[dict[Format, Callable[[dict[str, Any]], str]]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
    "markdown": _markdown,
}
