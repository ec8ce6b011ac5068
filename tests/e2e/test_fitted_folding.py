"""Fit folds the stages for the window, and the picture stays fitted whatever changes."""

from __future__ import annotations

import pytest

from resnet_viz.drawing.display_list import MID, NEAR, Item, Rect, Text
from resnet_viz.scene.lod import NEAR_FROM
from tests.support.window.app_driver import AppDriver

TUTORIAL_BLOCKS = [f"block3_block_{i}" for i in (3, 4)] + [
    f"block{stage}_block_{i}" for stage, n in ((4, 6), (5, 3)) for i in range(1, n + 1)
]


def fit(driver: AppDriver) -> None:
    driver.after_picture(driver.window.actions_by_id["view.fit"].trigger)


def name_size(driver: AppDriver, item: Item) -> float:
    """Size on the screen of the first text of a card at the zoom of the canvas."""
    level = NEAR if driver.canvas.zoom >= NEAR_FROM else MID
    texts = (mark for mark in item.marks if isinstance(mark, Text) and mark.lod & level)
    return next(texts).size * driver.canvas.zoom


def is_whole(driver: AppDriver) -> bool:
    """Return whether all items lie in the view."""
    corners = driver.canvas.mapToScene(driver.canvas.viewport().rect()).boundingRect()
    seen = Rect(corners.x(), corners.y(), corners.width(), corners.height()).grown(1)
    return all(
        seen.contains((item.bounds.x, item.bounds.y))
        and seen.contains((item.bounds.right, item.bounds.bottom))
        for item in driver.picture.items
        if item.kind in ("panel", "card", "legend")
    )


def cards(driver: AppDriver, names: list[str]) -> list[Item]:
    return [
        item
        for item in driver.picture.items
        if item.kind == "card" and item.target and item.target.id.startswith(tuple(names))
    ]


def test_that_the_eleven_blocks_of_the_tutorial_are_read_after_fit(driver: AppDriver) -> None:
    driver.open("tutorial_resnet34")
    fit(driver)
    blocks = cards(driver, TUTORIAL_BLOCKS)
    assert len(blocks) == 11
    assert is_whole(driver)
    assert min(name_size(driver, block) for block in blocks) >= 11


def test_that_resnet34_is_read_in_a_small_window(driver: AppDriver) -> None:
    driver.window.resize(1366, 768)
    fit(driver)
    blocks = cards(driver, [f"conv{stage}_" for stage in (2, 3, 4, 5)])
    assert len(blocks) == 16
    assert is_whole(driver)
    assert min(name_size(driver, block) for block in blocks) >= 11


def test_that_stages_that_can_be_read_are_not_folded_by_fit(driver: AppDriver) -> None:
    driver.do("view.fit")
    assert driver.session.view.layout == "stages"


@pytest.mark.parametrize("command", ["view.detail.stage", "view.detail.unit", "view.layout.column"])
def test_that_a_fitted_picture_stays_fitted_at_another_detail_or_layout(
    driver: AppDriver, command: str
) -> None:
    driver.do("view.fit")
    driver.do(command)
    assert is_whole(driver)


def test_that_another_model_is_fitted_and_folded_for_the_window(driver: AppDriver) -> None:
    driver.do("view.layout.wrap")
    driver.open("resnet50")
    assert driver.session.view.layout == "wrap"
    assert is_whole(driver)


def test_that_a_folded_picture_is_folded_anew_for_another_window(driver: AppDriver) -> None:
    driver.do("view.layout.wrap")
    before = driver.picture.bounds
    driver.after_picture(lambda: driver.window.resize(1100, 1000))
    after = driver.picture.bounds
    assert after.width / after.height < before.width / before.height
    assert is_whole(driver)


def test_that_a_picture_that_the_reader_has_moved_is_not_fitted(driver: AppDriver) -> None:
    driver.do("view.zoom_in")
    zoom = driver.canvas.zoom
    driver.do("view.detail.unit")
    assert driver.canvas.zoom == zoom
