"""The outline: rows, search, following and leading the selection."""

from __future__ import annotations

from PySide6.QtCore import Qt

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.outline.rows import OutlineRows, Row, matching
from resnet_viz.search.query import parse_query
from resnet_viz.sources.types import ModelFile
from tests.qt.gui.conftest import document_of
from tests.support.graphs import architectures as nets
from tests.support.window.app_driver import AppDriver


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


def test_that_blocks_without_a_shortcut_say_so_and_repeats_show_their_output() -> None:
    mobile = make_document(ModelFile("mobile.keras"), "MobileNetV2", nets.mobilenet_v2())
    found = [right for _, right in titles(below(OutlineRows(mobile), "28×28"))]
    assert found == ["no shortcut", "identity", "identity"]
    model = make_document(ModelFile("model.keras"), "transformer", nets.transformer(2))
    rows = titles(below(OutlineRows(model), model.structure.stages[0]))
    assert ("encoder layer 1", "20×64") in rows
    inside = titles(below(OutlineRows(model), "encoder layer 1"))
    assert inside == [("attention 1", "identity"), ("mlp 1", "identity")]


def test_that_every_call_has_a_row(resnet34: Document) -> None:
    rows = OutlineRows(resnet34)
    for document in (resnet34, document_of("tutorial_resnet34"), document_of("plain34")):
        rows = OutlineRows(document)
        for call in document.graph.calls:
            row = rows.root()
            for step in rows.path(Target("call", call.id)):
                row = next(each for each in rows.children(row) if each.target == step)
            assert row.target is not None


def test_that_search_finds_names_and_types_with_the_rows_above(resnet34: Document) -> None:
    found = matching(resnet34, parse_query("shortcut_conv"))
    assert found is not None
    assert Target("call", "conv4_1_shortcut_conv") in found.rows
    assert Target("group", "conv4_x") in found.parents <= found.rows
    assert Target("group", "conv2_x") not in found.rows
    assert (
        matching(resnet34, parse_query("shortcut_\N{ZERO WIDTH SPACE}conv")) == found
    )  # from the inspector
    assert matching(resnet34, parse_query("  ")) is None
    nothing = matching(resnet34, parse_query("xyz"))
    assert nothing is not None
    assert not nothing.rows


def test_that_the_outline_follows_the_selection(driver: AppDriver) -> None:
    driver.session.select((Target("call", "conv3_1_conv_b"),))
    tree = driver.window.outline.tree
    rows = [index.data() for index in tree.selectionModel().selectedIndexes()]
    assert rows == ["conv3_1_conv_b"]
    assert tree.isExpanded(driver.row_of(Target("group", "conv3_1")))


def edge_from(driver: AppDriver, call: str) -> Target:
    tensors = driver.picture.tensors
    return Target("edge", next(key for key, each in tensors.items() if each.ref.call == call))


def test_that_a_selected_tensor_lights_the_row_that_it_comes_from(driver: AppDriver) -> None:
    tree = driver.window.outline.tree
    edge = edge_from(driver, "conv2_3_relu")
    driver.session.select((edge,))
    assert [index.data() for index in tree.selectionModel().selectedIndexes()] == ["conv2_3"]
    assert driver.session.selection == (edge,)  # the row leads nothing
    driver.do("view.detail.layer")
    driver.session.select((edge_from(driver, "conv3_1_conv_b"),))
    rows = [index.data() for index in tree.selectionModel().selectedIndexes()]
    assert rows == ["conv3_1_conv_b"]


def test_that_a_click_in_the_outline_selects_everywhere(driver: AppDriver) -> None:
    tree = driver.window.outline.tree
    place = tree.visualRect(driver.row_of(Target("group", "conv4_2"))).center()
    driver.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert driver.session.selection == (Target("group", "conv4_2"),)
    assert driver.canvas.selected == (Target("group", "conv4_2"),)
    assert "block 2 of 6" in driver.sheet


def test_that_a_layer_inside_a_closed_block_lights_the_block(driver: AppDriver) -> None:
    driver.session.select((Target("call", "conv4_2_conv_a"),))
    (lit,) = driver.canvas.selected
    cards = [driver.picture.by_id[item].target for item in driver.picture.by_target[lit]]
    assert cards == [Target("group", "conv4_2")]


def test_that_double_click_opens_the_group_in_the_picture(driver: AppDriver) -> None:
    tree = driver.window.outline.tree
    place = tree.visualRect(driver.row_of(Target("group", "conv3_1"))).center()
    driver.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    shown = driver.after_picture(
        lambda: driver.qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    )
    assert Target("call", "conv3_1_conv_a") in shown.by_target
    assert tree.isExpanded(driver.row_of(Target("group", "conv3_1")))


def test_that_searching_shows_matches_and_says_when_there_are_none(driver: AppDriver) -> None:
    outline = driver.window.outline
    driver.qtbot.keyClicks(outline.search, "conv5_2_bn")
    assert driver.row_of(Target("call", "conv5_2_bn_a")).isValid()
    assert not driver.row_of(Target("group", "conv2_x")).isValid()
    outline.search.setText("xyz")
    assert outline.nothing.text() == "No layer matches 'xyz'."
    assert outline.nothing.isVisible()
    outline.search.clear()
    assert driver.row_of(Target("group", "conv2_x")).isValid()
    assert not outline.nothing.isVisible()


def test_that_escape_clears_the_search_and_then_leaves_it(driver: AppDriver) -> None:
    outline = driver.window.outline
    driver.window.activateWindow()
    outline.search.setFocus()
    driver.qtbot.keyClicks(outline.search, "bn")
    driver.qtbot.keyClick(outline.search, Qt.Key.Key_Escape)
    assert outline.search.text() == ""
    assert outline.search.hasFocus()
    driver.qtbot.keyClick(outline.search, Qt.Key.Key_Escape)
    assert outline.tree.hasFocus()


def test_that_enter_on_a_row_opens_its_group_in_the_picture(driver: AppDriver) -> None:
    driver.session.select((Target("group", "conv5_2"),))
    tree = driver.window.outline.tree
    shown = driver.after_picture(lambda: driver.qtbot.keyClick(tree, Qt.Key.Key_Return))
    assert Target("call", "conv5_2_conv_b") in {item.target for item in shown.items}


def test_that_ctrl_f_goes_to_the_search_field(driver: AppDriver) -> None:
    driver.window.activateWindow()
    driver.qtbot.keyClick(driver.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    driver.qtbot.waitUntil(driver.window.outline.search.hasFocus)
