"""The outline: rows, search, following and leading the selection."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt

from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.outline.rows import OutlineRows, Row, matching
from tests.qt.gui.conftest import document_of
from tests.support.window.app_driver import Desk


def below(rows: OutlineRows, name: str) -> tuple[Row, ...]:
    def walk(row: Row) -> tuple[Row, ...] | None:
        for child in rows.children(row):
            if child.title == name:
                return rows.children(child)
            found = walk(child)
            if found is not None:
                return found
        return None

    found = walk(rows.root())
    assert found is not None
    return found


def titles(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(row.title, row.right) for row in rows]


def test_that_the_root_counts_weighted_layers(resnet34: Document) -> None:
    root = OutlineRows(resnet34).root()
    assert (root.title, root.right) == ("ResNet-34", "34 weighted layers")


def test_that_stages_show_output_shapes(resnet34: Document) -> None:
    rows = OutlineRows(resnet34)
    assert titles(rows.children(rows.root())) == [
        ("conv1", "112×112×64"),
        ("conv2_x", "56×56×64"),
        ("conv3_x", "28×28×128"),
        ("conv4_x", "14×14×256"),
        ("conv5_x", "7×7×512"),
        ("head", "1000"),
    ]


def test_that_blocks_show_their_shortcuts_kind(resnet34: Document) -> None:
    found = titles(below(OutlineRows(resnet34), "conv3_x"))
    assert found == [("conv3_1", "projection"), *((f"conv3_{n}", "identity") for n in (2, 3, 4))]


def test_that_a_block_lists_units_shortcut_and_join(resnet34: Document) -> None:
    found = [title for title, _ in titles(below(OutlineRows(resnet34), "conv3_1"))]
    assert sorted(found) == sorted(
        ["unit 1 · 3×3, 128, /2", "unit 2 · 3×3, 128", "shortcut · 1×1, 128, /2", "add · ReLU"]
    )


def test_that_every_call_has_a_row(resnet34: Document) -> None:
    rows = OutlineRows(resnet34)
    for document in (resnet34, document_of("tutorial_resnet34"), document_of("plain34")):
        rows = OutlineRows(document)
        for call in document.graph.calls:
            row = rows.root()
            for step in rows.path(Target("call", call.id)):
                row = next(each for each in rows.children(row) if each.target == step)
            assert row.target is not None


def test_that_search_finds_names_and_types_and_keeps_the_way_to_them(resnet34: Document) -> None:
    found = matching(resnet34, "shortcut_conv")
    assert found is not None
    assert Target("call", "conv4_1_shortcut_conv") in found.shown
    assert Target("group", "conv4_x") in found.ways <= found.shown
    assert Target("group", "conv2_x") not in found.shown
    assert matching(resnet34, "shortcut_\N{ZERO WIDTH SPACE}conv") == found  # from the inspector
    assert matching(resnet34, "  ") is None
    nothing = matching(resnet34, "xyz")
    assert nothing is not None
    assert not nothing.shown


def index_of(desk: Desk, target: Target) -> QModelIndex:
    return desk.window.outline._model.index_of(target)


def test_that_the_outline_follows_the_selection(desk: Desk) -> None:
    desk.session.select((Target("call", "conv3_1_conv_b"),))
    tree = desk.window.outline.tree
    rows = [index.data() for index in tree.selectionModel().selectedIndexes()]
    assert rows == ["conv3_1_conv_b"]
    assert tree.isExpanded(index_of(desk, Target("group", "conv3_1")))


def edge_from(desk: Desk, call: str) -> Target:
    tensors = desk.picture.tensors
    return Target("edge", next(key for key, each in tensors.items() if each.ref.call == call))


def test_that_a_selected_tensor_lights_the_row_that_it_comes_from(desk: Desk) -> None:
    tree = desk.window.outline.tree
    edge = edge_from(desk, "conv2_3_relu")
    desk.session.select((edge,))
    assert [index.data() for index in tree.selectionModel().selectedIndexes()] == ["conv2_3"]
    assert desk.session.selection == (edge,)  # the row leads nothing
    desk.do("view.detail.layer")
    desk.session.select((edge_from(desk, "conv3_1_conv_b"),))
    rows = [index.data() for index in tree.selectionModel().selectedIndexes()]
    assert rows == ["conv3_1_conv_b"]


def test_that_a_click_in_the_outline_selects_everywhere(desk: Desk) -> None:
    tree = desk.window.outline.tree
    place = tree.visualRect(index_of(desk, Target("group", "conv4_2"))).center()
    desk.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.session.selection == (Target("group", "conv4_2"),)
    assert desk.canvas.selected == (Target("group", "conv4_2"),)
    assert "block 2 of 6" in desk.sheet


def test_that_a_layer_inside_a_closed_block_lights_the_block(desk: Desk) -> None:
    desk.session.select((Target("call", "conv4_2_conv_a"),))
    (lit,) = desk.canvas.selected
    cards = [desk.picture.by_id[item].target for item in desk.picture.by_target[lit]]
    assert cards == [Target("group", "conv4_2")]


def test_that_double_click_opens_the_group_in_the_picture(desk: Desk) -> None:
    tree = desk.window.outline.tree
    place = tree.visualRect(index_of(desk, Target("group", "conv3_1"))).center()
    desk.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    shown = desk.after_picture(
        lambda: desk.qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    )
    assert Target("call", "conv3_1_conv_a") in shown.by_target
    assert tree.isExpanded(index_of(desk, Target("group", "conv3_1")))


def test_that_searching_shows_matches_and_says_when_there_are_none(desk: Desk) -> None:
    outline = desk.window.outline
    desk.qtbot.keyClicks(outline.search, "conv5_2_bn")
    assert index_of(desk, Target("call", "conv5_2_bn_a")).isValid()
    assert not index_of(desk, Target("group", "conv2_x")).isValid()
    outline.search.setText("xyz")
    assert outline.nothing.text() == "No layer matches 'xyz'."
    assert outline.nothing.isVisible()
    outline.search.clear()
    assert index_of(desk, Target("group", "conv2_x")).isValid()
    assert not outline.nothing.isVisible()


def test_that_escape_clears_the_search_and_then_leaves_it(desk: Desk) -> None:
    outline = desk.window.outline
    desk.window.activateWindow()
    outline.search.setFocus()
    desk.qtbot.keyClicks(outline.search, "bn")
    desk.qtbot.keyClick(outline.search, Qt.Key.Key_Escape)
    assert outline.search.text() == ""
    assert outline.search.hasFocus()
    desk.qtbot.keyClick(outline.search, Qt.Key.Key_Escape)
    assert outline.tree.hasFocus()


def test_that_enter_on_a_row_opens_its_group_in_the_picture(desk: Desk) -> None:
    desk.session.select((Target("group", "conv5_2"),))
    tree = desk.window.outline.tree
    shown = desk.after_picture(lambda: desk.qtbot.keyClick(tree, Qt.Key.Key_Return))
    assert Target("call", "conv5_2_conv_b") in {item.target for item in shown.items}


def test_that_ctrl_f_goes_to_the_search_field(desk: Desk) -> None:
    desk.window.activateWindow()
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(desk.window.outline.search.hasFocus)
