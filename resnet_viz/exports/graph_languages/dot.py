"""A view as a graph in Graphviz's language, with a cluster for each open group."""

from __future__ import annotations

from typing import IO, Final

from graphviz import Digraph, escape

from resnet_viz.comparison.statuses import Status
from resnet_viz.drawing.comparison.looks import LOOKS
from resnet_viz.drawing.themes import Theme
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.graph_languages.visible_graph import (
    GraphArrow,
    GraphBox,
    GraphCluster,
    shown_graph,
)
from resnet_viz.exports.options import ExportOptions
from resnet_viz.paint.printable import printable

_FONT: Final = "Helvetica,Arial,sans-serif"


def write_dot(file: IO[bytes], figure: Figure, options: ExportOptions) -> None:
    """Write the graph as DOT text."""
    graph = digraph(figure, options)
    file.write(graph.source.encode())


def digraph(figure: Figure, options: ExportOptions) -> Digraph:
    """The graph as a ``graphviz.Digraph``; rendering it needs Graphviz's ``dot``."""
    document, view, theme = figure.document, figure.view, options.theme
    shown = shown_graph(figure)
    lines = [line for line in (view.title, *figure.caption, *shown.key) if line]
    graph = Digraph(
        printable(document.graph.name),
        comment=printable(" ".join((options.title or document.title).split())),
        graph_attr={
            "rankdir": "TB",
            "bgcolor": options.canvas or "transparent",
            "fontname": _FONT,
            "compound": "true",
            **({"label": _text(*lines), "labelloc": "t" if view.title else "b"} if lines else {}),
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fontname": _FONT,
            "fontsize": "11",
            "fontcolor": theme["text"],
            "fillcolor": theme["card"],
        },
        edge_attr={
            "fontname": _FONT,
            "fontsize": "9",
            "fontcolor": theme["text-2"],
            "color": theme["edge"],
            "arrowsize": "0.7",
        },
    )
    for child in shown.children:
        _add(graph, child, theme)
    for arrow in shown.arrows:
        _add_arrow(graph, arrow, theme)
    return graph


def _add(graph: Digraph, child: GraphCluster | GraphBox, theme: Theme) -> None:
    if isinstance(child, GraphBox):
        _add_box(graph, child, theme)
        return
    inner = Digraph(
        f"cluster_{child.id}",
        graph_attr={
            "label": _text(child.title),
            "labeljust": "l",
            "fontsize": "12",
            "style": "rounded,filled",
            "fillcolor": theme[f"{child.color}.fill"],
            "color": theme[f"{child.color}.line"],
            "fontcolor": theme[f"{child.color}.text"],
        },
    )
    for each in child.children:
        _add(inner, each, theme)
    graph.subgraph(inner)


def _add_box(graph: Digraph, box: GraphBox, theme: Theme) -> None:
    shapes = {
        "box": {"color": theme[box.color]},
        "fold": {"color": theme[box.color], "style": "rounded,filled,dashed"},
        "join": {"shape": "circle", "style": "filled", "margin": "0.02", "width": "0.25"},
    }
    look = {**shapes[box.kind], **_look(box.status, theme)}
    if "style" in look and box.kind != "join":
        look["style"] = ",".join(dict.fromkeys(("rounded", "filled", *look["style"].split(","))))
    graph.node(box.id, _text(*box.lines), tooltip=_text(box.tip), **look)


def _look(status: Status | None, theme: Theme) -> dict[str, str]:
    """Attributes of what differs; line styles tell the statuses apart without their colours."""
    if status is None:
        return {}
    style = {"removed": "dotted", "moved": "dashed"}.get(status, "solid")
    look = {"color": theme[LOOKS[status].color], "style": style}
    if status in ("added", "failed"):
        look["penwidth"] = f"{LOOKS[status].width:g}"
    elif status == "changed":
        look["peripheries"] = "2"
    return look


def _add_arrow(graph: Digraph, arrow: GraphArrow, theme: Theme) -> None:
    look = {}
    if arrow.shortcut is not None:
        style = "dashed" if arrow.is_dashed else "solid"
        look = {"color": theme["shortcut"], "style": style}
    look |= _look(arrow.status, theme)
    label = f" {_text(arrow.shape)}"  # Graphviz sets the first letter on the line itself
    graph.edge(arrow.source, arrow.target, label, **look)


def _text(*lines: str) -> str:
    """Lines as Graphviz shows them: nothing in a name is HTML or an escape sequence."""
    return r"\n".join(escape(printable(" ".join(line.split()))) for line in lines)
