"""The canvas with the picture that the program really draws: ResNet-34."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList, Rect, Target
from resnet_viz.layout.view import Detail, View, toggled
from resnet_viz.scene.canvas import Canvas
from resnet_viz.scene.walk import Walk
from tests.support.pictures.canvas_probe import animating, graphics, look_at, picture_of, point_at
from tests.support.pictures.drawn import MEASURE, document

BLOCKS = 16
"""Residual blocks of ResNet-34 (He et al. 2015, Table 1): 3 + 4 + 6 + 3."""


def no_dot(text: str) -> str:
    raise AssertionError(f"ResNet-34 is placed by rule, but dot was asked for {text[:60]}")


def drawn(view: View) -> DisplayList:
    return picture(document("resnet34"), view, MEASURE, no_dot)


@pytest.mark.parametrize("detail", ["stage", "block", "unit", "layer"])
def test_that_a_walk_down_passes_every_block_and_ends_at_the_output(detail: Detail) -> None:
    walk = Walk(drawn(View(detail=detail)))
    path = [walk.start]
    while (target := walk.step(path[-1], "down")) is not None and target not in path:
        path.append(target)
    assert path[0] in {Target("call", "input"), Target("group", "conv1")}
    blocks = [target for target in path if target and target.id.count("_") == 1]
    named = {f"conv{s}_{b}" for s, n in ((2, 3), (3, 4), (4, 6), (5, 3)) for b in range(1, n + 1)}
    assert len(named) == BLOCKS
    if detail != "stage":
        assert named <= {target.id for target in blocks}
    assert path[-1] is not None
    assert path[-1].id in {"fc", "head", "predictions", "softmax"}


@pytest.mark.parametrize("detail", ["stage", "block", "unit", "layer"])
def test_that_every_card_is_hit_at_its_middle(bare_canvas: Canvas, detail: Detail) -> None:
    shown = drawn(View(detail=detail))
    bare_canvas.show_picture(shown)
    bare_canvas.actual_size()
    hovered: list[object] = []
    bare_canvas.hovered.connect(hovered.append)
    cards = [item for item in shown.items if item.kind == "card"]
    assert len(cards) >= 6
    for item in cards:
        assert isinstance(item.hit, Rect)
        look_at(bare_canvas, QPointF(*item.hit.center))
        point_at(bare_canvas, bare_canvas.viewport().rect().center())
        assert hovered[-1] == item.target


def test_that_opening_a_block_holds_its_entry_and_lights_its_frame(
    qtbot: QtBot, bare_canvas: Canvas
) -> None:
    block = Target("group", "conv3_1")
    bare_canvas.show_picture(drawn(View()))
    bare_canvas.actual_size()
    bare_canvas.select((block,))
    bare_canvas.set_animated(True)

    def top(kind: str) -> QPointF:
        shown = picture_of(bare_canvas)
        area = next(i.hit for i in shown.items if i.target == block and i.kind == kind)
        assert isinstance(area, Rect)
        return bare_canvas.viewportTransform().map(QPointF(area.center[0], area.y))

    before = top("card")
    bare_canvas.show_picture(drawn(toggled(View(), "conv3_1")), anchor=block)
    assert (top("frame") - before).manhattanLength() <= 1
    qtbot.waitUntil(lambda: not animating(bare_canvas))
    assert graphics(bare_canvas)["frame:conv3_1"].state.selected
    QApplication.processEvents()


def test_that_hovering_a_shortcut_highlights_its_block(bare_canvas: Canvas) -> None:
    shown = drawn(View())
    bare_canvas.show_picture(shown)
    bare_canvas.actual_size()
    arcs = [item for item in shown.items if item.kind == "shortcut"]
    assert len(arcs) == BLOCKS
    for arc in arcs:
        assert isinstance(arc.hit, tuple)
        (x, top), (_, bottom) = arc.hit[1:3]
        look_at(bare_canvas, QPointF(x, (top + bottom) / 2))
        point_at(bare_canvas, bare_canvas.viewport().rect().center())
        related = {name for name, item in graphics(bare_canvas).items() if item.state.related}
        card = next(i for i in shown.items if i.kind == "card" and i.target == arc.also[0])
        assert {card.id, arc.id} <= related, arc.id
