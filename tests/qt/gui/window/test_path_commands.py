"""Dimming all but some paths: what stays lit, the notice that tells it, and its end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from resnet_viz.drawing.display_list import Target
from tests.support.pictures.canvas_probe import graphics, picture_of
from tests.support.window.app_driver import AppDriver


def lit(driver: AppDriver, kind: str) -> set[str]:
    """Ids of the items of a kind that are not dimmed."""
    shown = graphics(driver.canvas)
    items = (item for item in picture_of(driver.canvas).items if item.kind == kind)
    return {item.id for item in items if not shown[item.id].state.dimmed}


def dimmed(driver: AppDriver) -> int:
    return sum(item.state.dimmed for item in graphics(driver.canvas).values())


def test_that_the_shortcut_path_lights_shortcuts_and_joins_but_no_branch(
    driver: AppDriver,
) -> None:
    driver.do("view.shortcut_path")
    assert len(lit(driver, "shortcut")) == 16
    assert len(lit(driver, "join")) == 16
    cards = lit(driver, "card")
    assert "unit:max pool" in cards
    assert not any(card.startswith("block:") for card in cards)
    assert "takes every shortcut" in driver.notice


def test_that_it_holds_at_layer_detail_too(driver: AppDriver) -> None:
    driver.do("view.detail.layer")
    driver.do("view.shortcut_path")
    cards = lit(driver, "card")
    assert "call:conv3_1_shortcut_conv" in cards
    assert "call:conv3_1_conv_a" not in cards
    assert "call:conv3_1_relu" in cards


def test_that_dimming_follows_the_detail(driver: AppDriver) -> None:
    driver.session.select((Target("group", "conv4_2"),))
    driver.do("selection.ancestors")
    assert "block:conv4_2" in lit(driver, "card")
    assert "block:conv4_3" not in lit(driver, "card")
    driver.do("view.detail.stage")
    assert "stage:conv4_x" in lit(driver, "card")
    assert "stage:conv5_x" not in lit(driver, "card")


@pytest.mark.parametrize(
    ("command", "on", "off"),
    [
        ("ancestors", "block:conv3_1", "block:conv3_3"),
        ("descendants", "block:conv3_3", "block:conv3_1"),
        ("through", "block:conv3_1", None),
    ],
)
def test_that_paths_of_a_layer_are_shown(
    driver: AppDriver, command: str, on: str, off: str | None
) -> None:
    driver.session.select((Target("call", "conv3_2_conv_a"),))
    driver.do(f"selection.{command}")
    cards = lit(driver, "card")
    assert {on, "block:conv3_2"} <= cards
    assert off is None or off not in cards
    arcs = {
        item.target.id
        for item in picture_of(driver.canvas).items
        if item.kind == "shortcut" and item.target and item.id in lit(driver, "shortcut")
    }
    passed_by = "conv3_1_relu→conv3_2_add"
    assert passed_by not in arcs  # it leads past the layer


@pytest.mark.parametrize("end", ["command", "button", "escape", "another model"])
def test_that_dimming_ends(driver: AppDriver, end: str) -> None:
    driver.do("view.shortcut_path")
    assert dimmed(driver) > 0
    if end == "command":
        driver.do("view.dim_nothing")
    elif end == "button":
        button = driver.window.notices.button("Show all")
        assert button is not None
        button.click()
    elif end == "escape":
        driver.qtbot.keyClick(driver.canvas, Qt.Key.Key_Escape)
    else:
        driver.open("plain34")
    assert dimmed(driver) == 0
    assert "Dimmed" not in driver.notice
