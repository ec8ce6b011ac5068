"""Items of cards: closed blocks with their dot, arcs and circle, units, calls, folds, stages."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.terms import class_term, op_term
from resnet_viz.drawing.content import Content, ContentWriter
from resnet_viz.drawing.display_list import (
    FAR,
    MID,
    MID_NEAR,
    NEAR,
    Box,
    Circle,
    Item,
    Mark,
    Point,
    Rect,
    Sign,
    Target,
    Text,
)
from resnet_viz.drawing.glyphs import OP_TOKENS, glyph
from resnet_viz.drawing.items.arcs import arc_item
from resnet_viz.drawing.marks import join_circle, line, moved_mark
from resnet_viz.drawing.measure import Measurer, fitted
from resnet_viz.drawing.signs import (
    join_sign,
    signs_of_caption,
    signs_of_cost,
    signs_of_join,
    signs_of_shape,
)
from resnet_viz.drawing.sizes import CARD_LEFT, CARD_LINES_TOP, CARD_RIGHT, LINE_STEP, OP_TILE
from resnet_viz.drawing.targets import also_of, target_of
from resnet_viz.graph.types import LayerCall
from resnet_viz.layout.metrics import CIRCLE, STEM
from resnet_viz.layout.types import PlacedNode

RADIUS = 6.0


class Cards:
    """Draws the items of placed nodes that are no containers."""

    def __init__(
        self,
        structure: Structure,
        writer: ContentWriter,
        measure: Measurer,
        *,
        most: int,
        most_stage: int,
        by_type: bool,
    ) -> None:
        self._structure = structure
        self._writer = writer
        self._measure = measure
        self._most = max(1, most)
        self._most_stage = max(1, most_stage)
        self._by_type = by_type

    def items(self, placed: PlacedNode, content: Content, stripe: str) -> list[Item]:
        """The items of one node."""
        kind = placed.node.kind
        if kind == "join":
            return [self._join(placed, content)]
        if kind == "op":
            return [self._op(placed, content)]
        if kind == "stage":
            return [self._stage(placed, content, stripe)]
        if kind == "block":
            return self._block(placed, content, stripe)
        return [self._simple(placed, content, stripe)]

    def _item(
        self, placed: PlacedNode, content: Content, marks: list[Mark], signs: tuple[Sign, ...]
    ) -> Item:
        rect = _rect(placed)
        node = placed.node
        return Item(
            id=node.key,
            kind="card",
            target=target_of(node),
            also=also_of(self._structure, node),
            bounds=rect.grown(6),
            hit=rect,
            title=content.tip,
            marks=tuple(marks),
            group=self._around(placed),
            signs=signs + (Sign("prefix", content.prefix),) * bool(content.prefix),
        )

    def _card_signs(self, content: Content) -> tuple[Sign, ...]:
        """The signs of ``_card_marks``."""
        signs = signs_of_cost(content.value)
        for text in content.lines:
            signs += (*signs_of_caption(text), *signs_of_shape(text) * (content.op == "input"))
        if content.heat:
            return signs
        colored = (Sign("type", content.op),) if self._by_type else ()
        return signs + colored + (Sign("bar"),) * bool(content.macs)

    def _around(self, placed: PlacedNode) -> str | None:
        node = placed.node
        if node.ref.kind == "group":
            return node.ref.id
        return self._structure.innermost_group.get(node.ref.id)

    def _card_marks(self, placed: PlacedNode, content: Content, stripe: str) -> list[Mark]:
        x, y, width, height = placed.x, placed.y, placed.width, placed.height
        rect = _rect(placed)
        marks: list[Mark] = [
            Box(rect, RADIUS, fill=content.heat or stripe, lod=FAR),
            Box(rect, RADIUS, content.fill, "line-strong", lod=MID_NEAR, role="body"),
        ]
        if not content.heat:
            marks.append(Box(Rect(x + 0.5, y + 1.5, 4, height - 3), 1.5, stripe, lod=MID_NEAR))
        marks += self._mid_text(rect, content)
        ink, ink_2 = content.ink("text"), content.ink("text-2")
        marks.append(Text(x + CARD_LEFT, y + 15.5, content.title, 12.5, ink, weight=600))
        if content.value:
            at = (x + width - CARD_RIGHT, y + 15.5)
            marks.append(Text(*at, content.value, 11, ink_2, anchor="end", tabular=True))
        for row, text in enumerate(content.title_rest):
            at = (x + CARD_LEFT, y + CARD_LINES_TOP + LINE_STEP * row)
            marks.append(Text(*at, text, 12.5, ink, weight=600))
        for row, text in enumerate(content.lines, start=len(content.title_rest)):
            baseline = y + CARD_LINES_TOP + LINE_STEP * row
            marks.append(Text(x + CARD_LEFT, baseline, text, 11, ink_2, tabular=True))
        if content.macs and not content.heat:
            marks += self._bar(rect, content.macs, stripe)
        return marks

    def _mid_text(self, rect: Rect, content: Content) -> list[Mark]:
        """Larger text for small zooms: the name and one line, as wide as the card allows."""
        room = rect.width - CARD_LEFT - CARD_RIGHT
        left, ink, ink_2 = rect.x + CARD_LEFT, content.ink("text"), content.ink("text-2")
        size = self._fitted(content.title, 18.0, 600, room)
        marks: list[Mark] = [Text(left, rect.y + 19, content.title, size, ink, 600, lod=MID)]
        if content.lines and rect.height >= 38:
            text = content.lines[0]
            size = self._fitted(text, 14.0, 400, room)
            marks.append(Text(left, rect.y + 35, text, size, ink_2, lod=MID, tabular=True))
        return marks

    def _fitted(self, text: str, size: float, weight: int, room: float) -> float:
        return fitted(self._measure, text, size, room, weight=weight, least=6.0)

    def _bar(
        self, rect: Rect, macs: int, stripe: str, *, inset: float = CARD_LEFT, most: int = 0
    ) -> list[Mark]:
        """Cost bar, two pixels high: the share of the largest block (or of ``most``)."""
        room = rect.width - inset - (CARD_RIGHT if inset == CARD_LEFT else inset)
        y = rect.bottom - 4.5
        share = min(1.0, macs / (most or self._most))
        return [
            Box(Rect(rect.x + inset, y, room, 2), 1, fill="line", lod=NEAR),
            Box(Rect(rect.x + inset, y, room * share, 2), 1, fill=stripe, lod=NEAR),
        ]

    def _simple(self, placed: PlacedNode, content: Content, stripe: str) -> Item:
        marks = self._card_marks(placed, content, stripe)
        signs = self._card_signs(content)
        if placed.node.kind == "fold":  # two edges behind, as of a pile
            sheet = Box(_rect(placed), RADIUS, "card", "line-strong", lod=MID_NEAR)
            marks = [*(moved_mark(sheet, d, d) for d in (6.0, 3.0)), *marks]
            signs += (Sign("pile"),)
        return self._item(placed, content, marks, signs)

    def _op(self, placed: PlacedNode, content: Content) -> Item:
        x, y, height = placed.x, placed.y, placed.height
        rect = _rect(placed)
        token = OP_TOKENS[content.op]
        if content.heat:
            return self._hot_op(placed, content)
        marks: list[Mark] = [
            Box(rect, RADIUS, fill=token, lod=FAR),
            Box(rect, RADIUS, fill="card", stroke="line-strong", lod=MID_NEAR, role="body"),
            Box(Rect(x + 1, y + 1, OP_TILE - 1, height - 2), 5, f"{token}.tint", lod=MID_NEAR),
            *glyph(content.op, x + 8, y + height / 2 - 8, lod=MID_NEAR),
        ]
        left = x + OP_TILE + 10
        baseline = y + 17 if content.lines else y + height / 2 + 4.5
        marks.append(Text(left, baseline, content.title, 12.5, "text", weight=600, lod=MID_NEAR))
        for row, text in enumerate(content.lines):
            marks.append(Text(left, y + 32 + LINE_STEP * row, text, 11, "text-2", tabular=True))
        return self._item(placed, content, marks, (Sign("op", content.op), *_op_signs(content)))

    def _hot_op(self, placed: PlacedNode, content: Content) -> Item:
        """An operation whose colour means a number: no tile, its value at the right."""
        x, y, width, height = placed.x, placed.y, placed.width, placed.height
        rect = _rect(placed)
        baseline = y + 17 if content.lines else y + height / 2 + 4.5
        left, right = x + CARD_LEFT, x + width - CARD_RIGHT
        ink, ink_2 = content.ink("text"), content.ink("text-2")
        low = y + 32 if content.lines else baseline
        marks: list[Mark] = [
            Box(rect, RADIUS, fill=content.heat, lod=FAR),
            Box(rect, RADIUS, content.heat, "line-strong", lod=MID_NEAR, role="body"),
            Text(left, baseline, content.title, 12.5, ink, weight=600, lod=MID_NEAR),
            Text(right, low, content.value, 11, ink_2, anchor="end", tabular=True),
        ]
        for row, text in enumerate(content.lines):
            marks.append(Text(left, y + 32 + LINE_STEP * row, text, 11, ink_2, tabular=True))
        signs = (*_op_signs(content), *signs_of_cost(content.value))
        return self._item(placed, content, marks, signs)

    def _stage(self, placed: PlacedNode, content: Content, stripe: str) -> Item:
        x, y, width = placed.x, placed.y, placed.width
        rect = _rect(placed)
        far = self._fitted(content.title, 30.0, 700, width - 16)
        marks: list[Mark] = [
            Box(rect, 10, content.heat or f"{stripe}.fill", f"{stripe}.line", role="body"),
            Text(x + 8, y + 38, content.title, far, content.ink(f"{stripe}.text"), 700, lod=FAR),
        ]
        ink, ink_2 = content.ink(f"{stripe}.text"), content.ink("text-2")
        marks.append(Text(x + 14, y + 20, content.title, 13, ink, 700, lod=MID_NEAR))
        if content.value:
            at = (x + width - 14, y + 20)
            marks.append(Text(*at, content.value, 12, ink, 600, "end", lod=MID_NEAR))
        for row, text in enumerate(content.lines):
            marks.append(Text(x + 14, y + 36 + 14 * row, text, 11, ink_2, tabular=True))
        if content.cost:
            at = (x + width - 14, y + 36)
            marks.append(Text(*at, content.cost, 11, ink_2, 400, "end", tabular=True))
        if content.macs and not content.heat:
            marks += self._bar(rect, content.macs, stripe, inset=14.0, most=self._most_stage)
        signs = (*signs_of_shape(content.lines[0]), *signs_of_cost(content.cost))
        signs += (Sign("count"),) * bool(content.value)
        signs += (Sign("bar"),) * bool(content.macs and not content.heat)
        return self._item(placed, content, marks, signs)

    def _join(self, placed: PlacedNode, content: Content) -> Item:
        call = self._structure.graph.by_id[placed.node.ref.id]
        center = (placed.axis, placed.y + placed.height / 2)
        marks = _circle(call, center, placed.height)
        return Item(
            id=placed.node.key,
            kind="join",
            target=target_of(placed.node),
            also=also_of(self._structure, placed.node),
            bounds=_rect(placed).grown(3),
            hit=_rect(placed).grown(2),
            title=content.tip,
            marks=tuple(marks),
            group=self._around(placed),
            signs=signs_of_join(call, self._calls(placed.node.calls[1:])),
        )

    def _calls(self, ids: Sequence[str]) -> list[LayerCall]:
        return [self._structure.graph.by_id[call] for call in ids]

    def _block(self, placed: PlacedNode, content: Content, stripe: str) -> list[Item]:
        """A closed block that has a shortcut: card, circle below, arcs beside, dot above."""
        group = self._structure.by_id[placed.node.ref.id]
        target = target_of(placed.node)
        bottom = placed.y + placed.height
        center = (placed.axis, bottom + STEM + CIRCLE / 2)
        shortcuts = [
            self._structure.shortcuts_by_id[shortcut] for shortcut in placed.node.shortcuts
        ]
        join_call = self._structure.graph.by_id[group.join or shortcuts[0].join]
        stem = line(((placed.axis, bottom), (placed.axis, bottom + STEM)), "edge", lod=MID_NEAR)
        inner = [Target("call", call) for call in (join_call.id, *group.tail)]
        circle = Item(
            id=f"circle:{group.id}",
            kind="join",
            target=target,
            also=tuple(inner),
            bounds=Rect(placed.axis - 8, bottom, 16, STEM + CIRCLE + 1).grown(2),
            hit=Rect(center[0] - 9, center[1] - 9, 18, 18),
            title=f"{join_call.id} ({class_term(join_call)}) ends {group.title}",
            marks=(stem, *_circle(join_call, center, CIRCLE)),
            group=group.id,
            signs=signs_of_join(join_call, self._calls(group.tail)),
        )
        marks = self._card_marks(placed, content, stripe)
        card = self._item(placed, content, marks, self._card_signs(content))
        arcs = [
            arc_item(shortcut, placed, center, number, self._writer.tips.of_shortcut(shortcut))
            for number, shortcut in enumerate(shortcuts)
        ]
        return [*arcs, card, circle, _dot(placed, target, group.id)]


def _rect(placed: PlacedNode) -> Rect:
    return Rect(placed.x, placed.y, placed.width, placed.height)


def _op_signs(content: Content) -> tuple[Sign, ...]:
    signs = signs_of_caption(content.title)
    for text in content.lines:
        signs += signs_of_shape(text) if content.op == "input" else ()
    return signs


def _circle(join: LayerCall, center: Point, diameter: float) -> list[Mark]:
    """The circle of a join, its name beside it if it has no sign."""
    sign = join_sign(join)
    marks = join_circle(center, diameter, sign)
    if not sign:
        at = (center[0] - diameter / 2 - 5, center[1] + 4)
        marks.append(Text(*at, op_term(join), 11, "text-2", anchor="end"))
    return marks


def _dot(placed: PlacedNode, target: Target, group: str) -> Item:
    mark = Circle(placed.axis, placed.top, 3, fill="shortcut", lod=NEAR, role="stroke")
    bounds = Rect(placed.axis - 4, placed.top - 4, 8, 8)
    return Item(
        f"dot:{group}",
        "dot",
        target,
        bounds,
        (mark,),
        hit=bounds,
        group=group,
        signs=(Sign("dot"),),
    )
