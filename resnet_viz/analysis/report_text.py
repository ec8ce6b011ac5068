"""A report as text: a table for a paper's appendix, JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, TypeAlias

import msgspec

from resnet_viz.graph.shapes import UNKNOWN_TEXT, shape_text

Format: TypeAlias = Literal["text", "json", "csv", "markdown"]

FORMATS: Final[tuple[Format, ...]] = ("text", "json", "csv", "markdown")


def render(report: dict[str, Any], format_: Format) -> str:
    """The report (see ``report.report``) in one of ``FORMATS``; ends with a line end.

    Text and Markdown have a row for each stage and, inside, for each block and each unit outside
    blocks, then the totals. CSV is the table of calls. JSON is the report itself.
    """
    return _WRITERS[format_](report)


def _json(report: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


_CALL_COLUMNS: Final = (
    "id", "layer", "call_index", "type", "spec", "input_shapes", "output_shapes", "parameters",
    "trainable_parameters", "non_trainable_parameters", "macs", "receptive_field", "global",
    "unit", "block", "stage",
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


_HEADINGS: Final = (
    "stage, block", "kind", "shortcut", "output", "layers", "parameters", "trainable", "MACs",
    "receptive field",
)  # fmt: skip
_RIGHT: Final = frozenset({5, 6, 7, 8})  # columns of numbers


def _rows(report: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """Depth and cells of each stage, block and unit outside blocks."""
    kinds: dict[str, list[str]] = {}
    for shortcut in report["shortcuts"]:
        if shortcut["block"] is not None:
            kinds.setdefault(shortcut["block"], []).append(shortcut["kind"])
    blocks = {group["id"] for group in report["groups"] if group["kind"] == "block"}
    first = report["data_format"] == "channels_first"
    for group in report["groups"]:
        if group["kind"] == "unit" and group["parent"] in blocks:
            continue
        shape = group["output_shape"]
        cells = [
            _plain(group["title"]),
            (group["block_kind"] or "").replace("_", " "),
            ", ".join(dict.fromkeys(kinds.get(group["id"], []))),
            shape_text(None if shape is None else tuple(shape), first=first),
            " · ".join(_plain(line) for line in group["lines"]),
            _count(group, "parameters"),
            _count(group, "trainable_parameters"),
            _count(group, "macs") if group["macs"] != 0 else "·",
            "×".join(str(size) for size in group["receptive_field"] or ()) or UNKNOWN_TEXT,
        ]
        yield (0 if group["parent"] is None else 1), cells


def _plain(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def _count(numbers: dict[str, Any], name: str) -> str:
    if numbers[name] is not None:
        return f"{numbers[name]:,}"
    at_least = numbers.get(f"{name}_at_least")
    return f"≥ {at_least:,}" if at_least else UNKNOWN_TEXT


def _summary(report: dict[str, Any]) -> list[tuple[str, str]]:
    totals = report["totals"]
    found = [
        (name.replace("_", " "), f"{totals[name]:,}")
        for name in ("weighted_layers", "layers", "calls", "edges", "joins")
    ]
    found += [
        (label, _count(totals, name))
        for label, name in (
            ("parameters", "parameters"),
            ("trainable parameters", "trainable_parameters"),
            ("non-trainable parameters", "non_trainable_parameters"),
            ("MACs", "macs"),
        )
    ]
    counts: dict[str, int] = {}
    for shortcut in report["shortcuts"]:
        words = f"{'long ' if shortcut['long'] else ''}{shortcut['kind']}"
        counts[words] = counts.get(words, 0) + 1
    shortcuts = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return [*found, ("shortcuts", shortcuts or "none")]


def _heading(report: dict[str, Any]) -> str:
    name, source = _plain(report["name"]), _plain(report["source"])
    return name if name == source else f"{name} ({source})"


def _text(report: dict[str, Any]) -> str:
    table = [list(_HEADINGS)]
    table += [["  " * depth + cells[0], *cells[1:]] for depth, cells in _rows(report)]
    used = [place for place in range(len(_HEADINGS)) if any(row[place] for row in table[1:])]
    widths = {place: max(len(row[place]) for row in table) for place in used}
    lines = [_aligned(row, widths) for row in table]
    rule = "─" * max(len(line) for line in lines)
    summary = _summary(report)
    label = max(len(name) for name, _ in summary)
    totals = [f"{name:<{label}}  {value}" for name, value in summary]
    return "\n".join([_heading(report), "", lines[0], rule, *lines[1:], rule, *totals]) + "\n"


def _aligned(row: list[str], widths: dict[int, int]) -> str:
    cells = [
        row[place].rjust(width) if place in _RIGHT else row[place].ljust(width)
        for place, width in widths.items()
    ]
    return "  ".join(cells).rstrip()


def _markdown(report: dict[str, Any]) -> str:
    rows = [
        [f"**{_escaped(cells[0])}**" if depth == 0 else _escaped(cells[0]), *cells[1:]]
        for depth, cells in _rows(report)
    ]
    rule = ["--:" if place in _RIGHT else "---" for place in range(len(_HEADINGS))]
    table = [list(_HEADINGS), rule, *rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    totals = [f"- {name}: {value}" for name, value in _summary(report)]
    return "\n".join([f"## {_escaped(_heading(report))}", "", *lines, "", *totals]) + "\n"


def _escaped(text: str) -> str:
    for mark in "\\|`*_<":
        text = text.replace(mark, f"\\{mark}")
    return text


_WRITERS: Final[dict[Format, Callable[[dict[str, Any]], str]]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
    "markdown": _markdown,
}
