"""A view as a Mermaid flowchart, for Markdown on GitHub, GitLab and in wikis."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Final, TypeAlias

import msgspec

from resnet_viz.comparison.statuses import Status
from resnet_viz.drawing.comparison.looks import LOOKS
from resnet_viz.drawing.themes import Theme
from resnet_viz.errors import UsageError
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.graph_languages.visible_graph import (
    GraphBox,
    GraphCluster,
    VisibleGraph,
    shown_graph,
)
from resnet_viz.exports.options import ExportOptions
from resnet_viz.layout.view import DETAILS, with_detail
from resnet_viz.paint.printable import printable

MOST_EDGES: Final = 500
"""Mermaid's ``maxEdges``: with more, pages show an error."""
MOST_CHARACTERS: Final = 50_000
"""Mermaid's ``maxTextSize``."""
_SPECIAL: Final = re.compile(r"[^\w\s.,:()×→/+*=–−·…‖-]|_(?=_)")
_Classes: TypeAlias = dict[tuple[str, Status | None], list[str]]
"""Ids of boxes by the token of their stage and by what differs."""


def write_mermaid(file: IO[bytes], figure: Figure, options: ExportOptions) -> None:
    """Write the flowchart.

    Raises:
        UsageError: it is larger than Mermaid draws; the sentence names a detail that fits.
    """
    text, edges = _flowchart(figure, options)
    if edges > MOST_EDGES or len(text) > MOST_CHARACTERS:
        raise _too_large(figure, options, text, edges)
    file.write(text.encode())


def _too_large(figure: Figure, options: ExportOptions, text: str, edges: int) -> UsageError:
    reason = (
        f"it would have {edges:,} edges, and Mermaid draws {MOST_EDGES}"
        if edges > MOST_EDGES
        else f"it would have {len(text):,} characters, and Mermaid reads {MOST_CHARACTERS:,}"
    )
    coarser = DETAILS[: DETAILS.index(figure.view.detail)]
    for detail in reversed(coarser):
        view = with_detail(figure.view, detail)
        smaller, fewer = _flowchart(msgspec.structs.replace(figure, view=view), options)
        if fewer <= MOST_EDGES and len(smaller) <= MOST_CHARACTERS:
            advice = f"use --detail {detail}"
            break
    else:
        advice = "use another format, such as SVG or DOT"
    return UsageError(f"The Mermaid chart can't be written: {reason}; {advice}.")


def _flowchart(figure: Figure, options: ExportOptions) -> tuple[str, int]:
    """The text, and its number of edges."""
    shown = shown_graph(figure)
    title = printable(" ".join((options.title or figure.document.title).split()))
    words = (figure.view.title, *figure.caption)
    head = ", ".join(printable(" ".join(word.split())) for word in words if word.strip())
    # JSON strings are YAML strings: nothing in a title can command the page
    lines = ["---", f"title: {json.dumps(head, ensure_ascii=False)}", "---"] if head else []
    lines += [f"%% {title.replace('{', '(')}", "flowchart TB"]
    classes: _Classes = {}
    for child in shown.children:
        lines += _lines(child, "  ", classes)
    lines += _arrow_lines(shown, options.theme)
    if shown.key:
        lines.append(f"  key[{_text(*shown.key)}]")
    lines += _class_lines(classes, shown, options.theme)
    return "\n".join(lines) + "\n", len(shown.arrows)


def _lines(child: GraphCluster | GraphBox, indent: str, classes: _Classes) -> Iterator[str]:
    if isinstance(child, GraphBox):
        if child.kind == "join":
            yield f"{indent}{child.id}(({_text(child.lines[0])}))"
            if child.status is None:
                return
        classes.setdefault((child.color, child.status), []).append(child.id)
        if child.kind == "join":
            return
        yield f"{indent}{child.id}[{_text(*child.lines)}]"
        return
    yield f"{indent}subgraph {child.id}[{_text(child.title)}]"
    for each in child.children:
        yield from _lines(each, f"{indent}  ", classes)
    yield f"{indent}end"


def _arrow_lines(shown: VisibleGraph, theme: Theme) -> Iterator[str]:
    shortcuts: list[str] = []
    apart: dict[Status, list[str]] = {}
    for index, arrow in enumerate(shown.arrows):
        sign = "-.->" if arrow.is_dashed else "-->"
        yield f"  {arrow.source} {sign}|{_text(arrow.shape)}| {arrow.target}"
        if arrow.status is not None:
            apart.setdefault(arrow.status, []).append(str(index))
        elif arrow.shortcut is not None:
            shortcuts.append(str(index))
    for status, indices in apart.items():
        yield f"  linkStyle {','.join(indices)} {_look(status, theme)}"
    if shortcuts:
        yield f"  linkStyle {','.join(shortcuts)} stroke:{theme['shortcut']},stroke-width:2px"


def _look(status: Status, theme: Theme) -> str:
    """Style of what differs; dashes and widths tell the statuses apart without their colours."""
    look = LOOKS[status]
    width = 3.0 if status == "changed" else look.width
    dash = f",stroke-dasharray:{' '.join(f'{each:g}' for each in look.dash)}" if look.dash else ""
    return f"stroke:{theme[look.color]},stroke-width:{width:g}px{dash}"


def _class_lines(classes: _Classes, shown: VisibleGraph, theme: Theme) -> Iterator[str]:
    for (token, status), boxes in classes.items():
        line = f"stroke:{theme[token]}" if status is None else _look(status, theme)
        name = token if status is None else f"{token}-{status}"
        yield f"  classDef {name} fill:{theme['card']},{line},color:{theme['text']}"
        yield f"  class {','.join(boxes)} {name}"
    for cluster in _clusters(shown.children):
        fill, line, text = (theme[f"{cluster.color}.{part}"] for part in ("fill", "line", "text"))
        yield f"  style {cluster.id} fill:{fill},stroke:{line},color:{text}"


def _clusters(children: tuple[GraphCluster | GraphBox, ...]) -> Iterator[GraphCluster]:
    for child in children:
        if isinstance(child, GraphCluster):
            yield child
            yield from _clusters(child.children)


def _text(*lines: str) -> str:
    """Lines as a quoted text, in which no character of a name means anything to Mermaid."""
    return f'"{"<br>".join(map(_escaped, lines))}"'


def _escaped(line: str) -> str:
    plain = printable(" ".join(line.split()))
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", plain)
