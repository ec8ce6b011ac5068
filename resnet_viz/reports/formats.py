"""Formats of a report: text (a table for a paper's appendix), JSON, CSV and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, TypeAlias

import msgspec

from resnet_viz.errors import UsageError
from resnet_viz.reports.cells import plain, spreadsheet_text
from resnet_viz.reports.latex import ROWS, latex_table
from resnet_viz.reports.summary import note_lines, problem_lines, total_rows, unknown_lines
from resnet_viz.reports.table import Table, tables
from resnet_viz.reports.text_table import table_lines
from resnet_viz.suggestions import unknown_name

Format: TypeAlias = Literal["text", "json", "csv", "markdown", "latex"]

FORMATS: Final[tuple[Format, ...]] = ("text", "json", "csv", "markdown", "latex")
_NOTE_WIDTH: Final = 100
# Controls and marks of writing direction that JSON allows as they are, but terminals act on.
_CONTROLS: Final = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def check_format(
    word: str, *, totals: bool, rows: str = "block", choices: Iterable[str] = FORMATS
) -> str:
    """``word`` if it is one of the ``choices``.

    Raises:
        UsageError: it is none, ``totals`` are asked for with a format that always has them, or
            ``rows`` other than blocks with one that has both.
    """
    if rows not in ROWS:
        raise UsageError(unknown_name("rows", str(rows), ROWS))
    if word not in choices:
        raise UsageError(unknown_name("format", str(word), choices))
    if totals and word != "csv":
        raise UsageError("totals is for csv: the other formats always have the totals.")
    if rows != "block" and word != "latex":
        raise UsageError("rows is for latex: the other formats have stages and blocks.")
    return word


def render(
    report: dict[str, Any], format_: str, *, totals: bool = False, rows: str = "block"
) -> str:
    """The report (see ``json_report.report``) in one of ``FORMATS``; ends with a line end.

    Text and Markdown have the model's totals; two tables, of layers and of work and memory, with
    a row for each stage and, inside, each block and each unit outside blocks, and a row of totals;
    then problems and notes on the numbers. CSV is the table of calls; ``totals`` adds a last row
    of them. JSON is the report itself. LaTeX is the table of layers, with ``rows`` for each stage,
    or each block as well.
    """
    if format_ == "csv":
        return _csv(report, totals=totals)
    if format_ == "latex":
        layers = tables(report)[0]
        return latex_table(
            layers, name=_heading(report), rows="stage" if rows == "stage" else "block"
        )
    return _WRITERS[format_](report)


def json_text(report: dict[str, Any]) -> str:
    """Indented JSON that no control character breaks; ends with a line end."""
    try:
        data = msgspec.json.encode(report)
    except UnicodeEncodeError:  # a file's name that is not UTF-8
        data = msgspec.json.encode(_encodable(report))
    # Large models have 100 MB of it, so no form of it is kept longer than the next one needs it.
    data = msgspec.json.format(data, indent=2)
    data += b"\n"
    text = data.decode()
    del data
    return ascii_controls(text)


def ascii_controls(text: str) -> str:
    """JSON ``text`` in which marks that a terminal or a reader would obey are escaped."""
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _encodable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """A JSON value with U+FFFD for the bytes of a name that are not UTF-8."""
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {name: _encodable(each) for name, each in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list) else value


CALL_COLUMNS: Final = (
    "id", "layer", "call_index", "type", "spec", "input_shapes", "output_shapes", "parameters",
    "trainable_parameters", "non_trainable_parameters", "macs", "receptive_field", "global",
    "unit", "block", "stage", "flops", "other_ops", "output_elements", "jump", "field_start",
    "weight_bytes", "input_bytes", "output_bytes", "kept_bytes", "live_bytes", "intensity",
    "parameters_from",
)  # fmt: skip


_TOTALLED: Final = frozenset(
    {"id", "parameters", "trainable_parameters", "non_trainable_parameters", "macs", "flops",
     "other_ops", "output_elements", "weight_bytes", "output_bytes", "kept_bytes", "live_bytes",
     "intensity"}
)  # fmt: skip


def _csv(report: dict[str, Any], *, totals: bool) -> str:
    """One row for each call; unknown is empty, lists (shapes, fields) are JSON.

    The row of totals has the id "total" and no layer. Its parameters count a shared layer once,
    unlike a sum over the column, and its ``live_bytes`` are the peak.
    """
    import csv
    import io

    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(CALL_COLUMNS)
    for call in report["calls"]:
        writer.writerow(_cell(call[column]) for column in CALL_COLUMNS)
    if totals:
        row = {**report["totals"], "id": "total", "live_bytes": report["totals"]["peak_bytes"]}
        writer.writerow(
            _cell(row.get(column) if column in _TOTALLED else None) for column in CALL_COLUMNS
        )
    return target.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    return spreadsheet_text(value)


def _heading(report: dict[str, Any]) -> str:
    name, source = plain(report["name"]), plain(report["source"])
    return name if name == source else f"{name} ({source})"


def _text(report: dict[str, Any]) -> str:
    totals = total_rows(report)
    width = max(len(label) for label, _ in totals)
    lines = [_heading(report), "", *(f"{label:<{width}}  {value}" for label, value in totals)]
    for table in tables(report):
        lines += ["", table.title, *table_lines(table)]
    for title, paragraphs in _sections(report).items():
        lines += ["", title, *_wrapped(paragraphs)]
    return "\n".join(lines) + "\n"


def _sections(report: dict[str, Any]) -> dict[str, list[str]]:
    """Paragraphs below the tables by their headings."""
    unknown = unknown_lines(report)
    return {
        **({"Unknown": unknown} if unknown else {}),
        "Problems": problem_lines(report) or ["none"],
        "Notes": note_lines(report),
    }


def _wrapped(paragraphs: Iterable[str]) -> list[str]:
    """Lines of paragraphs that fit a page, with a hanging indent."""
    import textwrap

    return [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(
            paragraph, _NOTE_WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )
    ]


def _markdown(report: dict[str, Any]) -> str:
    parts = [f"## {escaped_markdown(_heading(report))}", ""]
    parts += [f"- {label}: {escaped_markdown(value)}" for label, value in total_rows(report)]
    for table in tables(report):
        parts += ["", f"### {table.title}", "", *_markdown_table(table)]
    for title, lines in _sections(report).items():
        parts += ["", f"### {title}", "", *(f"- {escaped_markdown(line)}" for line in lines)]
    return "\n".join(parts) + "\n"


def _markdown_table(table: Table) -> list[str]:
    headings = [column.heading.replace("-\n", "-").replace("\n", " ") for column in table.columns]
    body = []
    for index, depth in enumerate(table.depths):
        cells = [escaped_markdown(column.cells[index]) for column in table.columns]
        if index == len(table.depths) - 1:
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        elif depth == 0:
            cells[0] = f"**{cells[0]}**"
        body.append(cells)
    return markdown_rows(headings, [column.is_number for column in table.columns], body)


def markdown_rows(
    headings: Sequence[str], are_numbers: Iterable[bool], rows: Iterable[Sequence[str]]
) -> list[str]:
    """Lines of a Markdown table; columns of numbers are flush right."""
    rule = ["--:" if is_number else "---" for is_number in are_numbers]
    return [f"| {' | '.join(row)} |" for row in (headings, rule, *rows)]


def escaped_markdown(text: str) -> str:
    """The text with Markdown's marks escaped."""
    for mark in "\\|`*_<[":
        text = text.replace(mark, f"\\{mark}")
    return text


_WRITERS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "text": _text,
    "json": json_text,
    "markdown": _markdown,
}
