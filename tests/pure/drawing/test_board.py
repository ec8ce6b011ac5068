"""ResNet-34 as on the design board: counts from the facts, measures from the board."""

from __future__ import annotations

import pytest

from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import NEAR, Box, Item, Path, Rect, Target, Text
from resnet_viz.layout.open_state import flipped
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs.net import Net
from tests.support.pictures.drawn import MEASURE, document, drawn, text_box, within

BLOCK = View(detail="block")


def rect_of(item: Item) -> Rect:
    assert isinstance(item.hit, Rect)
    return item.hit


def texts(item: Item) -> list[str]:
    return [mark.text for mark in item.marks if isinstance(mark, Text) and mark.lod & NEAR]


def near_paths(item: Item) -> list[Path]:
    return [mark for mark in item.marks if isinstance(mark, Path) and mark.lod & NEAR]


def test_that_sixteen_closed_blocks_show_thirteen_solid_and_three_dashed_arcs() -> None:
    shown = drawn("resnet34", BLOCK)
    arcs = [item for item in shown.items if item.id.startswith("arc:")]
    dashed = [item for item in arcs if near_paths(item)[0].dash == (5.0, 3.5)]
    solid = [item for item in arcs if near_paths(item)[0].dash == ()]
    assert (len(arcs), len(solid), len(dashed)) == (16, 13, 3)
    structure = document("resnet34").structure
    projected = {s.block for s in structure.shortcuts if s.kind == "projection"}
    assert {item.group for item in dashed} == projected == {"conv3_1", "conv4_1", "conv5_1"}


def test_that_cards_have_the_boards_measures() -> None:
    shown = drawn("resnet34", BLOCK)
    first, second = (rect_of(shown.by_id[f"block:conv3_{n}"]) for n in (1, 2))
    assert (first.width, first.height) == (124, 52)
    assert second.y - first.y == 100
    dot = rect_of(shown.by_id["dot:conv3_1"])
    assert first.y - dot.center[1] == 14
    arc = next(item for item in shown.items if item.group == "conv3_1" and item.kind == "shortcut")
    assert isinstance(arc.hit, tuple)
    assert max(x for x, _ in arc.hit) - first.right == 19
    circle = rect_of(shown.by_id["circle:conv3_1"])
    assert circle.center[1] - first.bottom == 6 + 14 / 2


def test_that_arcs_run_on_the_right_only() -> None:
    shown = drawn("resnet34", BLOCK)
    for item in shown.items:
        if item.id.startswith("arc:"):
            card = rect_of(shown.by_id[f"block:{item.group}"])
            assert isinstance(item.hit, tuple)
            assert all(x >= card.center[0] for x, _ in item.hit)


def test_that_stages_stand_in_columns_with_their_numbers() -> None:
    shown = drawn("resnet34", BLOCK)
    panels = [item for item in shown.items if item.kind == "panel"]
    assert [texts(panel)[0] for panel in panels] == [
        "conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "head",
    ]  # fmt: skip
    assert texts(panels[3]) == ["conv4_x", "14×14×256", "×6", "1.34 G"]
    tops = {rect_of(panel).y for panel in panels[:5]}
    assert len(tops) == 1
    head, last = rect_of(panels[5]), rect_of(panels[4])
    assert head.x == last.x
    assert head.y == last.bottom + 16


def test_that_a_block_card_says_its_convolutions_and_cost() -> None:
    shown = drawn("resnet34", BLOCK)
    assert texts(shown.by_id["block:conv3_1"]) == [
        "conv3_1", "180 M", "3×3, 128, /2", "3×3, 128",
    ]  # fmt: skip


def test_that_the_legend_counts_what_is_drawn() -> None:
    legend = drawn("resnet34", BLOCK).by_id["legend"]
    assert "identity shortcut, 13" in texts(legend)
    assert "projection shortcut, 3" in texts(legend)
    assert "add, then ReLU" in texts(legend)


def test_that_the_legend_does_not_promise_a_relu_that_is_not_there() -> None:
    words = texts(drawn("tutorial_resnet34", BLOCK).by_id["legend"])
    assert "pooled shortcut, 16" in words
    assert "add" in words
    assert "add, then ReLU" not in words


def test_that_hovering_a_shortcut_highlights_all_that_it_skips() -> None:
    view = flipped(document("resnet34").structure, BLOCK, "conv3_2")
    shown = drawn("resnet34", view)
    shortcut = next(s for s in document("resnet34").structure.shortcuts if s.block == "conv3_2")
    wire = next(item for item in shown.items if item.target == Target("shortcut", shortcut.id))
    together = shown.co_highlights[wire.id]
    assert {f"call:{call}" for call in shortcut.skipped} <= set(together)
    assert len(shortcut.skipped) == 5


def test_that_hovering_a_tensor_highlights_its_edges_and_identity_shortcuts() -> None:
    shown = drawn("resnet34", BLOCK)
    edge = next(
        item
        for item in shown.items
        if item.kind == "edge" and shown.tensors[item.target.id].ref.call == "conv3_1_relu"
    )
    together = [shown.by_id[name] for name in shown.co_highlights[edge.id]]
    assert {item.kind for item in together} == {"edge", "shortcut"}


def test_that_an_open_block_shows_its_layers_and_its_projection_beside() -> None:
    structure = document("resnet34").structure
    shown = drawn("resnet34", flipped(structure, BLOCK, "conv3_1"))
    frame = shown.by_id["frame:conv3_1"]
    block = structure.by_id["conv3_1"]
    assert len(block.calls) == 9
    for call in block.calls:
        assert f"call:{call}" in shown.by_id
    projection = rect_of(shown.by_id["call:conv3_1_shortcut_conv"])
    residual = rect_of(shown.by_id["call:conv3_1_conv_a"])
    assert projection.x > residual.right
    assert within(rect_of(frame), projection)
    assert texts(frame) == [
        "conv3_1", "residual block · projection shortcut · 180 M MACs",
    ]  # fmt: skip
    wires = [item for item in shown.items if item.kind == "shortcut" and item.group == "conv3_1"]
    assert len(wires) == 3  # to the convolution, to its normalisation, to the circle
    assert all(near_paths(wire)[0].dash == (5.0, 3.5) for wire in wires)


@pytest.mark.parametrize("block", ["conv2_1", "conv3_1", "conv4_6"])
def test_that_opening_and_closing_a_block_gives_the_same_picture_again(block: str) -> None:
    structure = document("resnet34").structure
    again = flipped(structure, flipped(structure, BLOCK, block), block)
    assert drawn("resnet34", again) == drawn("resnet34", BLOCK)


def test_that_a_long_run_of_equal_blocks_is_one_card_that_opens() -> None:
    structure = document("resnet101").structure
    shown = drawn("resnet101", BLOCK)
    fold = shown.by_id["fold:conv4_3"]
    assert texts(fold)[0] == "×21"
    assert "21 identity" in texts(fold)
    assert Target("group", "conv4_17") in fold.also
    opened = drawn("resnet101", flipped(structure, BLOCK, "conv4_3"))
    blocks = [item for item in opened.items if item.id.startswith("block:conv4_")]
    assert len(blocks) == 23
    everything = drawn("resnet101", View(repeats="all"))
    assert len([i for i in everything.items if i.id.startswith("block:conv4_")]) == 23


def test_that_columns_of_more_than_eight_cards_wrap_inside_their_panel() -> None:
    shown = drawn("plain34", BLOCK)
    columns = {
        rect_of(item).center[0]
        for item in shown.items
        if item.kind == "card" and item.title.startswith("conv4_")
    }
    assert len(columns) == 2


def test_that_colour_by_type_gives_cards_the_colour_of_their_operation() -> None:
    shown = drawn("resnet34", View(color_by="type"))
    fills = [mark.fill for mark in shown.by_id["block:conv3_1"].marks if isinstance(mark, Box)]
    assert "op.conv" in fills
    assert not any(fill.startswith("stage") for fill in fills)


def test_that_one_column_puts_all_stages_on_one_axis_clear_of_their_headers() -> None:
    shown = drawn("resnet34", View(layout="column"))
    axes = {rect_of(i).center[0] for i in shown.items if i.id.startswith("block:")}
    assert len(axes) == 1
    (axis,) = axes
    for item in shown.items:
        if item.kind == "panel":
            for mark in item.marks:
                if isinstance(mark, Text) and mark.lod & NEAR:
                    assert text_box(mark).right < axis


def test_that_the_tutorials_picture_shows_the_image_vanish() -> None:
    shown = drawn("tutorial_resnet34", BLOCK)
    panels = [texts(i)[1] for i in shown.items if i.kind == "panel" and i.id != "panel:head"]
    assert panels == [
        "112×112×64", "56×56×64", "28×28×64", "14×14×64", "7×7×64", "4×4×128", "2×2×128",
        "1×1×512",
    ]  # fmt: skip


def test_that_edges_grow_with_their_tensor_where_that_is_wanted() -> None:
    shown = drawn("resnet34", View(weighted_edges=True))
    widths = {
        shown.tensors[item.target.id].ref.call: near_paths(item)[0].width
        for item in shown.items
        if item.kind == "edge" and item.target is not None
    }
    assert widths["conv1_relu"] == max(widths.values()) == 6.0  # 112·112·64 values
    assert widths["avg_pool"] < widths["conv5_3_relu"] < widths["conv4_6_relu"]
    plain = drawn("resnet34", BLOCK)
    assert plain.bounds == shown.bounds


@pytest.mark.parametrize("detail", ["block", "layer"])
def test_that_a_lambda_says_that_its_code_was_not_run(detail: str) -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 3), 4)
    x = net.call("Lambda", x, shape=net.shape(x), name="mystery")
    model = make_document(BuiltIn("any"), "any", net.graph(net.conv(x, 4)))
    shown = picture(model, View(detail=detail), MEASURE, run_dot)
    assert "code not run" in texts(shown.by_id["call:mystery"])
