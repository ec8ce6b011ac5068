"""Commands about the selection, from the menu and from context menus everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from resnet_viz.drawing.display_list import Target
from tests.support.pictures.canvas_probe import picture_of
from tests.support.window.app_driver import AppDriver

COPY = "Copy Name"


def context_menu(driver: AppDriver, widget: QWidget, at: QPoint) -> list[str]:
    """Texts of the context menu at a pixel of a widget."""
    shown: list[QMenu] = []
    driver.window.menu_wanted.connect(shown.append)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))
    (menu,) = shown
    driver.qtbot.waitUntil(menu.isVisible)
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    menu.close()
    return texts


def middle(driver: AppDriver, target: Target) -> QPoint:
    """Pixel of the viewport at the middle of a target's card."""
    canvas = driver.canvas
    items = picture_of(canvas).by_target[target]
    card = next(item for item in items if picture_of(canvas).by_id[item].kind == "card")
    x, y = picture_of(canvas).by_id[card].bounds.center
    return canvas.mapFromScene(x, y)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_that_a_right_click_selects_what_is_there_and_offers_what_can_be_done(
    driver: AppDriver,
) -> None:
    block = Target("group", "conv3_2")
    texts = context_menu(driver, driver.canvas.viewport(), middle(driver, block))
    assert driver.session.selection == (block,)
    assert {"Open or Close", "Fit Selection", COPY, "Without This Block"} <= set(texts)


def test_that_a_right_click_keeps_a_selection_that_holds_what_is_there(driver: AppDriver) -> None:
    blocks = (Target("group", "conv3_2"), Target("group", "conv3_3"))
    driver.session.select(blocks)
    context_menu(driver, driver.canvas.viewport(), middle(driver, blocks[0]))
    assert driver.session.selection == blocks


def test_that_outline_and_table_have_the_same_commands(driver: AppDriver) -> None:
    driver.session.select((Target("call", "conv3_2_conv_a"),))
    tree = driver.window.outline.tree
    at = tree.visualRect(tree.currentIndex()).center()
    assert COPY in context_menu(driver, tree.viewport(), at)
    driver.do("view.detail.layer")
    driver.window.bottom.show_tab("layers")
    table = driver.window.bottom.focus_widget()
    texts = context_menu(driver, table.viewport(), QPoint(40, 30))  # type: ignore[attr-defined]
    assert {"Copy Rows", COPY} <= set(texts)


def test_that_nothing_can_be_done_with_no_selection(driver: AppDriver) -> None:
    driver.session.select((Target("group", "conv3_1"),))
    assert driver.window.actions_by_id["selection.copy_name"].isEnabled()
    driver.session.select(())
    assert not driver.window.actions_by_id["selection.copy_name"].isEnabled()


@pytest.mark.parametrize(
    ("target", "name", "shapes"),
    [
        (Target("group", "conv3_1"), "conv3_1", "conv3_1: 56×56×64 → 28×28×128"),
        (Target("call", "conv1"), "conv1", "conv1: 224×224×3 → 112×112×64"),
        (
            Target("shortcut", "conv2_3_relu→conv3_1_add"),
            "conv3_1_shortcut_conv, conv3_1_shortcut_bn",
            "conv3_1_shortcut_conv, conv3_1_shortcut_bn: 56×56×64 → 28×28×128",
        ),
    ],
)
def test_that_name_shapes_and_numbers_can_be_copied(
    driver: AppDriver, target: Target, name: str, shapes: str
) -> None:
    driver.session.select((target,))
    driver.do("selection.copy_name")
    assert clipboard() == name
    driver.do("selection.copy_shape")
    assert clipboard() == shapes
    driver.do("selection.copy_numbers")
    assert "MACs" in clipboard()


def test_that_a_tensor_has_the_name_of_its_layer(driver: AppDriver) -> None:
    picture = picture_of(driver.canvas)
    edge = next(
        Target("edge", edge) for edge, drawn in picture.tensors.items()
        if drawn.ref.call == "conv1_relu"
    )  # fmt: skip
    driver.session.select((edge,))
    driver.do("selection.copy_shape")
    assert clipboard() == "conv1_relu: 112×112×64"


def test_that_selected_groups_open_and_show_in_the_table(driver: AppDriver) -> None:
    driver.session.select((Target("group", "conv3_1"),))
    driver.do("selection.open_layers")
    assert Target("call", "conv3_1_conv_a") in picture_of(driver.canvas).by_target
    driver.do("selection.toggle")
    assert "call:conv3_1_conv_a" not in picture_of(driver.canvas).by_id
    driver.do("selection.show_in_table")
    assert driver.window.bottom.current == "layers"


def test_that_a_right_click_into_the_empty_offers_nothing(driver: AppDriver) -> None:
    shown: list[QMenu] = []
    driver.window.menu_wanted.connect(shown.append)
    corner = driver.canvas.viewport().rect().topLeft() + QPoint(2, 2)
    reason = QContextMenuEvent.Reason.Mouse
    viewport = driver.canvas.viewport()
    event = QContextMenuEvent(reason, corner, viewport.mapToGlobal(corner))
    QApplication.sendEvent(viewport, event)
    assert driver.session.selection == ()
    assert not shown[0].isVisible()
