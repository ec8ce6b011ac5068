"""Visible groups, boxes and tensors of a view without positions, for programs that lay out."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from resnet_viz.analysis.structure.types import ShortcutKind
from resnet_viz.comparison.statuses import NO_STATUSES, Status, Statuses
from resnet_viz.document import Document
from resnet_viz.drawing.colors import stage_tokens
from resnet_viz.drawing.comparison.looks import LOOKS
from resnet_viz.drawing.content import ContentWriter
from resnet_viz.drawing.strokes import STROKES
from resnet_viz.exports.comparison.figure import ComparisonFigure
from resnet_viz.exports.figure import Figure
from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.links import shortcut_steps
from resnet_viz.layout.tree import visible_tree
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import View

BoxKind: TypeAlias = Literal["box", "join", "fold"]
JOIN_SIGNS = {"add": "+", "concatenate": "‖", "multiply": "×", "subtract": "−"}


class GraphBox(msgspec.Struct, frozen=True):
    """A closed group, a call, a join or a fold.

    Attributes:
        id: "n0", "n1" ...
        kind: of its shape.
        lines: title first; for a join its sign.
        tip: name, shapes, MACs, parameters.
        color: token of its stage.
        status: what differs in a comparison.
    """

    id: str
    kind: BoxKind
    lines: tuple[str, ...]
    tip: str
    color: str
    status: Status | None = None


class GraphCluster(msgspec.Struct, frozen=True):
    """An open group with what is inside."""

    id: str
    title: str
    color: str
    children: tuple[GraphCluster | GraphBox, ...]


class GraphArrow(msgspec.Struct, frozen=True):
    """A tensor from box to box.

    Attributes:
        source, target: ids of boxes.
        shape: H×W×C.
        shortcut: kind of the shortcut on whose path it lies; None for others.
        status: what differs in a comparison.
    """

    source: str
    target: str
    shape: str
    shortcut: ShortcutKind | None = None
    status: Status | None = None

    @property
    def is_dashed(self) -> bool:
        """True if drawn pictures dash the shortcut too."""
        return self.shortcut is not None and bool(STROKES[self.shortcut].dash)


class VisibleGraph(msgspec.Struct, frozen=True):
    """All that a view shows: clusters and boxes in topological order, and the arrows.

    Attributes:
        key: lines that say what signs of a comparison mean, the outcome first.
    """

    children: tuple[GraphCluster | GraphBox, ...]
    arrows: tuple[GraphArrow, ...]
    key: tuple[str, ...] = ()


def shown_graph(figure: Figure) -> VisibleGraph:
    """The visible graph of a figure, or of both models of a comparison."""
    if not isinstance(figure, ComparisonFigure):
        return visible_graph(figure.document, figure.view)
    drawn = figure.drawn_models
    if len(drawn) == 1:
        union = visible_graph(drawn[0].document, figure.view, drawn[0].statuses)
        return msgspec.structs.replace(union, key=figure.key)
    clusters: list[GraphCluster] = []
    arrows: list[GraphArrow] = []
    for name, model in zip("ab", drawn, strict=True):
        shown = visible_graph(model.document, figure.view, model.statuses, prefix=name)
        title = f"{name.upper()} {model.document.title}"
        clusters.append(GraphCluster(f"g{name}", title, "head", shown.children))
        arrows += shown.arrows
    return VisibleGraph(tuple(clusters), tuple(arrows), figure.key)


def visible_graph(
    document: Document, view: View, statuses: Statuses | None = None, *, prefix: str = ""
) -> VisibleGraph:
    """The visible graph of a document; needs no layout and no fonts.

    Args:
        document: the model.
        view: the options of the picture.
        statuses: what differs in it from another model.
        prefix: of the ids, if there is another graph beside it.
    """
    builder = _Builder(document, view, statuses or NO_STATUSES, prefix)
    children = tuple(builder.child(node, "head") for node in builder.tree.children)
    return VisibleGraph(children, builder.arrows())


class _Builder:
    def __init__(self, document: Document, view: View, statuses: Statuses, prefix: str) -> None:
        self._statuses = statuses
        self._prefix = prefix
        self._structure = document.structure
        self._writer = ContentWriter(document, view)
        self._stages = stage_tokens(document.structure)
        self._home: dict[str, str] = {}  # call id -> id of its box
        self._boxes = self._clusters = 0
        self.tree = visible_tree(document.structure, view)

    def child(self, node: Node, color: str) -> GraphCluster | GraphBox:
        color = self._stages.get(node.ref.id, color) if node.ref.kind == "group" else color
        if node.kind not in ("panel", "frame"):
            return self._box(node, color)
        number = self._clusters
        self._clusters += 1
        children = tuple(self.child(inner, color) for inner in node.children)
        title = self._structure.by_id[node.ref.id].title
        return GraphCluster(f"{self._prefix}g{number}", title, color, children)

    def _box(self, node: Node, color: str) -> GraphBox:
        name = f"{self._prefix}n{self._boxes}"
        self._boxes += 1
        self._home.update(dict.fromkeys(node.calls, name))
        content = self._writer.content(node)
        status = self._statuses.of_calls(node.calls)
        sign = "" if status is None else f"{LOOKS[status].sign} "
        if node.kind == "join":
            title = JOIN_SIGNS.get(content.title.lower(), content.title)
            return GraphBox(name, "join", (f"{sign}{title}",), content.tip, color, status)
        kinds = tuple(dict.fromkeys(self._shortcut(each) for each in node.shortcuts))
        lines = (f"{sign}{content.title}", *(line for line in content.lines if line), *kinds)
        kind: BoxKind = "fold" if node.kind == "fold" else "box"
        return GraphBox(name, kind, lines, content.tip, color, status)

    def _shortcut(self, name: str) -> str:
        status = self._statuses.shortcuts.get(name)
        sign = "" if status is None else f"{LOOKS[status].sign} "
        return f"{sign}{self._structure.shortcuts_by_id[name].kind} shortcut"

    def arrows(self) -> tuple[GraphArrow, ...]:
        """An arrow for each tensor and pair of boxes; call after all boxes are made."""
        structure, steps = self._structure, shortcut_steps(self._structure)
        shapes = self._writer.tensor_shapes()
        found: dict[tuple[str, str, TensorRef], set[str]] = {}
        uses: dict[tuple[str, str, TensorRef], set[Status | None]] = {}
        for edge in structure.graph.edges:
            source, target = self._home.get(edge.source.call), self._home.get(edge.target)
            if source is not None and target is not None and source != target:
                step = steps.get((edge.source, edge.target), "")
                found.setdefault((source, target, edge.source), set()).add(step)
                status = self._statuses.of_use(edge.source, edge.target)
                uses.setdefault((source, target, edge.source), set()).add(status)
        arrows = []
        for (source, target, tensor), ids in found.items():
            shortcut = structure.shortcuts_by_id.get(next(iter(ids))) if len(ids) == 1 else None
            kind = None if shortcut is None else shortcut.kind
            statuses = uses[source, target, tensor]
            status = statuses.pop() if len(statuses) == 1 else None
            arrows.append(GraphArrow(source, target, shapes[tensor], kind, status))
        return tuple(arrows)
