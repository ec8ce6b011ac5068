"""Formats of a comparison: text, JSON, Markdown (fits a pull request's comment) and HTML."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from resnet_viz.errors import UsageError
from resnet_viz.reports.comparison_lines import (
    DifferenceLine,
    consequence_line,
    difference_lines,
    headline,
    shortcut_lines,
    total_lines,
)
from resnet_viz.reports.formats import escaped_markdown, json_text, markdown_rows
from resnet_viz.reports.text_table import aligned_lines
from resnet_viz.suggestions import unknown_name

ComparisonFormat: TypeAlias = Literal["text", "json", "markdown", "html"]
COMPARISON_FORMATS: Final[tuple[ComparisonFormat, ...]] = ("text", "json", "markdown", "html")
_MOST_LINES: Final = 200
"""Lines of differences that Markdown holds: a comment has at most 65,536 characters."""
_TOTALS: Final = ("", "a", "b", "b − a")
_DIFFERENCES: Final = ("change", "what", "where", "parameters", "MACs")
_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 }
td, th { padding: .2rem .8rem; border-bottom: 1px solid #8884; text-align: left }
td.n { text-align: right; font-variant-numeric: tabular-nums }
"""


def check_comparison_format(word: str) -> str:
    """``word`` if it is one of ``COMPARISON_FORMATS``.

    Raises:
        UsageError: it is none.
    """
    if word not in COMPARISON_FORMATS:
        raise UsageError(unknown_name("format", word, COMPARISON_FORMATS))
    return word


def render_comparison(values: dict[str, Any], format_: str) -> str:
    """The comparison (see ``comparison_json``) in one of ``COMPARISON_FORMATS``."""
    return _WRITERS[format_](values)


def _text(values: dict[str, Any]) -> str:
    lines = [headline(values)]
    if not values["equal"]:
        lines += ["", *aligned_lines([_TOTALS, *total_lines(values)])]
    shortcuts = shortcut_lines(values)
    if shortcuts:
        lines += ["", "Shortcuts", *(f"  {line}" for line in shortcuts)]
    differences = difference_lines(values)
    if differences:
        lines += ["", "Differences", *(f"  {_difference_text(line)}" for line in differences)]
    if consequence_line(values):
        lines += ["", consequence_line(values)]
    return "\n".join(lines) + "\n"


def _difference_text(line: DifferenceLine) -> str:
    deltas = [
        f"{value} {name}"
        for name, value in (("parameters", line.parameters), ("MACs", line.macs))
        if value != "0"
    ]
    after = f": {', '.join(deltas)}" if deltas else ""
    return f"{line.change}: {line.text} ({line.names}){after}"


def _markdown(values: dict[str, Any]) -> str:
    lines = [f"**{escaped_markdown(headline(values))}**"]
    if not values["equal"]:
        lines += ["", *markdown_rows(_TOTALS, [False] + [True] * 3, total_lines(values))]
    shortcuts = shortcut_lines(values)
    if shortcuts:
        lines += ["", "### Shortcuts", "", *(f"- {escaped_markdown(line)}" for line in shortcuts)]
    differences = difference_lines(values)
    if differences:
        rows = [
            (line.change, escaped_markdown(line.text), escaped_markdown(line.names),
             line.parameters, line.macs)
            for line in differences[:_MOST_LINES]
        ]  # fmt: skip
        are_numbers = [False] * 3 + [True] * 2
        lines += ["", "### Differences", "", *markdown_rows(_DIFFERENCES, are_numbers, rows)]
        rest = len(differences) - _MOST_LINES
        lines += ["", f"{rest:,} more lines: see --format text."] if rest > 0 else []
    if consequence_line(values):
        lines += ["", escaped_markdown(consequence_line(values))]
    return "\n".join(lines) + "\n"


def _html(values: dict[str, Any]) -> str:
    title = html.escape(headline(values))
    parts = [
        "<!doctype html>", '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>", f"<h1>{title}</h1>",
    ]  # fmt: skip
    if not values["equal"]:
        parts.append(_html_table(_TOTALS, total_lines(values)))
    shortcuts = shortcut_lines(values)
    if shortcuts:
        items = "".join(f"<li>{html.escape(line)}</li>" for line in shortcuts)
        parts.append(f"<h2>Shortcuts</h2><ul>{items}</ul>")
    differences = difference_lines(values)
    if differences:
        rows = [(d.change, d.text, d.names, d.parameters, d.macs) for d in differences]
        parts.append("<h2>Differences</h2>")
        parts.append(_html_table(_DIFFERENCES, rows))
    parts.append(f"<p>{html.escape(consequence_line(values))}</p></body></html>")
    return "\n".join(parts) + "\n"


def _html_table(heads: tuple[str, ...], rows: list[Any]) -> str:
    def cells(row: tuple[str, ...]) -> str:
        classes = (' class="n"' if value[:1] in "0123456789+−–" else "" for value in row)
        pairs = zip(classes, row, strict=True)
        return "".join(f"<td{style}>{html.escape(value)}</td>" for style, value in pairs)

    head = "".join(f"<th>{html.escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{cells(tuple(row))}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


_WRITERS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "text": _text,
    "json": json_text,
    "markdown": _markdown,
    "html": _html,
}
