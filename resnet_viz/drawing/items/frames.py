"""Items of containers: panels of stages with headers, frames of open blocks with ports."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.content import Content
from resnet_viz.drawing.display_list import (
    FAR,
    MID,
    MID_NEAR,
    NEAR,
    Box,
    Circle,
    Item,
    Line,
    Mark,
    Move,
    Path,
    Rect,
    Sign,
    Text,
)
from resnet_viz.drawing.measure import Measurer, fitted
from resnet_viz.drawing.signs import signs_of_cost, signs_of_shape
from resnet_viz.drawing.sizes import CHEVRON, FRAME_SIDE, PANEL_SIDE
from resnet_viz.drawing.targets import target_of
from resnet_viz.graph.shapes import shape_text
from resnet_viz.layout.metrics import FRAME_HEAD
from resnet_viz.layout.types import PlacedNode


def panel_item(
    structure: Structure,
    placed: PlacedNode,
    content: Content,
    token: str,
    measure: Measurer,
    *,
    beside: bool,
) -> Item:
    """The tinted background of an open stage; its header stands above or beside its contents."""
    x, y, width = placed.x, placed.y, placed.width
    rect = Rect(x, y, width, placed.height)
    left, right = x + PANEL_SIDE, x + width - PANEL_SIDE
    ink = f"{token}.text"
    far = fitted(measure, content.title, 28.0, width - 16, weight=700, least=8.0)
    mid = fitted(measure, content.title, 18.0, width - 2 * PANEL_SIDE, weight=700, least=8.0)
    marks: list[Mark] = [
        Box(rect, 10, fill=f"{token}.fill", stroke=f"{token}.line", role="body"),
        Text(x + 8, y + 34, content.title, far, ink, 700, lod=FAR),
        Text(left, y + 20, content.title, mid, ink, 700, lod=MID),
        Text(left, y + 20, content.title, 13, ink, 700),
    ]
    signs: tuple[Sign, ...] = ()
    if structure.by_id[placed.node.ref.id].kind != "head":
        signs = (*signs_of_shape(content.lines[0]), *signs_of_cost(content.cost))
        signs += (Sign("count"),) * bool(content.value and not beside)
        marks.append(Text(left, y + 35, content.lines[0], 11, "text-2", tabular=True))
        marks.append(_entry_shape(structure, placed, left, y))
        marks += _counts_beside(content, left, y) if beside else _counts(content, right, y, ink)
    return Item(
        id=placed.node.key,
        kind="panel",
        target=target_of(placed.node),
        bounds=rect.grown(1),
        hit=rect,
        title=content.tip,
        marks=tuple(marks),
        group=placed.node.ref.id,
        level=0,
        signs=signs,
    )


def _counts(content: Content, right: float, y: float, ink: str) -> list[Mark]:
    """Number of blocks and cost at the right of the header."""
    marks: list[Mark] = []
    if content.value:
        marks.append(Text(right, y + 20, content.value, 12, ink, 600, "end"))
    if content.cost:
        marks.append(Text(right, y + 35, content.cost, 11, "text-2", anchor="end", tabular=True))
    return marks


def _counts_beside(content: Content, left: float, y: float) -> list[Mark]:
    """The same below the shape."""
    texts = [content.cost] if content.cost else []
    texts += [f"{content.value[1:]} blocks"] if content.value else []
    return [
        Text(left, y + 50 + 15 * row, text, 11, "text-2", tabular=True)
        for row, text in enumerate(texts)
    ]


def _entry_shape(structure: Structure, placed: PlacedNode, left: float, y: float) -> Text:
    stage = structure.by_id[placed.node.ref.id]
    text = shape_text(stage.input_shape, channels_first_ranks=structure.graph.channels_first_ranks)
    return Text(left, y + 37, f"in {text}", 14, "text-2", lod=MID, tabular=True)


def frame_item(placed: PlacedNode, content: Content, kind: str) -> Item:
    """The frame of an open block: header with chevron, name and kind; ports on its border."""
    x, y, width = placed.x, placed.y, placed.width
    rect = Rect(x, y, width, placed.height)
    head_y = y + FRAME_HEAD
    base = y + FRAME_HEAD / 2 + 4.5
    chevron_x, chevron_y = x + FRAME_SIDE, y + FRAME_HEAD / 2
    chevron = (
        Move(chevron_x, chevron_y - 2.5),
        Line(chevron_x + 5, chevron_y + 2.5),
        Line(chevron_x + 10, chevron_y - 2.5),
    )
    rule = (Move(x + 1, head_y), Line(x + width - 1, head_y))
    marks: list[Mark] = [
        Box(rect, 9, fill="card", stroke="accent-line", role="body"),
        Path(rule, stroke="accent-line", width=1.0),
        Path(chevron, stroke="text-2", width=1.5, lod=MID_NEAR),
        Text(x + FRAME_SIDE + CHEVRON, base, content.title, 12.5, "text", 600, lod=MID_NEAR),
        Text(x + width - FRAME_SIDE, base, kind, 11, "text-2", anchor="end", tabular=True),
    ]
    return Item(
        id=placed.node.key,
        kind="frame",
        target=target_of(placed.node),
        bounds=rect.grown(8),
        hit=rect,
        title=content.tip,
        marks=tuple(marks),
        group=placed.node.ref.id,
        level=1,
        signs=(Sign("frame"), *signs_of_cost(content.cost)),
    )


def port_items(placed: PlacedNode) -> list[Item]:
    """Hollow circles where tensors cross a frame's border."""
    return [
        Item(
            id=f"port:{placed.node.key}:{number}",
            kind="dot",
            target=None,
            also=(target_of(placed.node),),
            bounds=Rect(x - 5, y - 5, 10, 10),
            marks=(Circle(x, y, 4, fill="card", stroke="edge", lod=NEAR, role="stroke"),),
            group=placed.node.ref.id,
            signs=(Sign("port"),),
        )
        for number, (x, y) in enumerate(placed.ports)
    ]
