"""Sizes of all visible nodes, from the widths of their texts."""

from __future__ import annotations

import msgspec

from resnet_viz.drawing.content import Content
from resnet_viz.drawing.measure import Measurer
from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.metrics import CIRCLE_OPEN, FRAME_HEAD, LABEL_GAP
from resnet_viz.layout.types import Node, Size, Sizes

CARD_WIDTH = 124.0
CARD_LEFT = 11.0
CARD_RIGHT = 8.0
CARD_LINES_TOP = 29.0
LINE_STEP = 12.5
OP_WIDTH = 180.0
OP_TILE = 32.0
STAGE_WIDTH = 150.0
PANEL_SIDE = 17.0
FRAME_SIDE = 14.0
CHEVRON = 22.0
LABEL_SIZE = 11.0


def measure_all(
    root: Node,
    contents: dict[str, Content],
    measure: Measurer,
    shapes: dict[TensorRef, str],
    titles: dict[str, str],
    *,
    beside: bool,
) -> Sizes:
    """Sizes of all nodes below ``root``.

    Args:
        root: the visible tree.
        contents: words by node key.
        measure: measures text.
        shapes: text of each tensor's label.
        beside: whether the headers of stages stand beside their contents.
        titles: text at the right of each frame's header, by node key.
    """
    sizes = {
        node.key: _size(node, contents[node.key], measure, titles.get(node.key, ""), beside=beside)
        for node in walk(root)
    }
    for panel in root.children:
        _align(panel, sizes)

    def label(tensor: TensorRef) -> float:
        return measure.width(shapes[tensor], LABEL_SIZE, tabular=True)

    return Sizes(sizes, label)


_SPREAD = 1.5
"""Cards of one panel get the same width unless the widest is more times the narrowest."""


def _align(panel: Node, sizes: dict[str, Size]) -> None:
    cards = [child.key for child in panel.children if child.kind in ("block", "card", "fold")]
    widths = [sizes[key].width for key in cards]
    widest = max(widths, default=0.0)
    if cards and widest <= _SPREAD * min(widths):
        for key in cards:
            sizes[key] = msgspec.structs.replace(sizes[key], width=widest)


def walk(root: Node) -> list[Node]:
    """All nodes below the root, containers before their contents."""
    return [node for child in root.children for node in (child, *walk(child))]


def _size(
    node: Node, content: Content, measure: Measurer, frame_kind: str, *, beside: bool
) -> Size:
    if node.kind == "frame":
        right = FRAME_SIDE + measure.width(frame_kind, 11.0) + 12.0
        left = FRAME_SIDE + CHEVRON + measure.width(content.title, 12.5, 600) + 12.0
        return Size(right, FRAME_HEAD, left)
    if node.kind in ("panel", "stage"):
        return _stage(node, content, measure, beside=beside)
    if node.kind == "join":
        return Size(CIRCLE_OPEN, CIRCLE_OPEN)
    if node.kind == "op":
        widths = [measure.width(content.title, 12.5, 600)]
        widths += [measure.width(line, 11.0, tabular=True) for line in content.lines]
        widths[-1] += measure.width(content.value, 11.0, tabular=True) + 8.0 * bool(content.value)
        rows = len(content.lines)
        height = 42.0 + LINE_STEP * (rows - 1) if rows else 30.0
        return Size(max(OP_WIDTH, OP_TILE + 12 + max(widths) + 10), height)
    return _card(node, content, measure)


def _stage(node: Node, content: Content, measure: Measurer, *, beside: bool) -> Size:
    shape, kinds = (measure.width(line, 11.0, tabular=True) for line in content.lines)
    if node.kind == "panel" and beside:
        width = max(measure.width(content.title, 13.0, 700), shape, 52.0)
        return Size(width + PANEL_SIDE, 0.0)
    cost = measure.width(content.cost, 11.0, tabular=True) + 16.0
    width = max(_two_sided(content, measure, 13.0, 700), shape + cost)
    if node.kind == "panel":
        left = PANEL_SIDE + max(measure.width(content.title, 13.0, 700), shape) + LABEL_GAP
        return Size(width + 2 * PANEL_SIDE, 0.0, left)
    return Size(max(STAGE_WIDTH, max(width, kinds) + 2 * 14.0), 66.0)


def _card(node: Node, content: Content, measure: Measurer) -> Size:
    widths = [measure.width(line, 11.0, tabular=True) for line in content.lines]
    widths.append(_two_sided(content, measure, 12.5, 600))
    widths += [measure.width(line, 12.5, 600) for line in content.title_rest]
    width = max(CARD_WIDTH, CARD_LEFT + max(widths) + CARD_RIGHT)
    rows = len(content.lines) + len(content.title_rest)
    if node.kind == "block":
        return Size(width, max(52.0, 52.0 + LINE_STEP * (rows - 2)))
    return Size(width, max(40.0, 40.0 + LINE_STEP * (rows - 1)) if rows else 30.0)


def _two_sided(content: Content, measure: Measurer, size: float, weight: int) -> float:
    width = measure.width(content.title, size, weight)
    if content.value:
        width += 10.0 + measure.width(content.value, 11.0, tabular=True)
    return width
