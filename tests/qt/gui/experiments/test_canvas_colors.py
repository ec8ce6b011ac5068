"""Canvas coloured by experiments: offered when there is a result, in step with it."""

from __future__ import annotations

import pytest

from resnet_viz.drawing.display_list import Box, DisplayList, Target
from resnet_viz.experiments.results import Result
from resnet_viz.sources.parse import parse_source
from tests.support.experiment_results import deletion_result, gradients_result, training_result
from tests.support.window.app_driver import AppDriver


def keep(driver: AppDriver, result: Result, source: str = "resnet34") -> None:
    driver.program.experiment_results.keep(parse_source(source), result.experiment, result)


def offered(driver: AppDriver) -> set[str]:
    return {
        key
        for key in ("gradient", "output_gradient", "training_gradient", "deletion")
        if driver.window.toolbar.color_by.action(key).isVisible()
        and driver.window.actions_by_id[f"view.color.{key}"].isEnabled()
    }


def fills(picture: DisplayList, item: str) -> set[str]:
    return {mark.fill for mark in picture.by_id[item].marks if isinstance(mark, Box)}


def test_that_quantities_are_offered_once_they_are_measured(driver: AppDriver) -> None:
    assert offered(driver) == set()
    keep(driver, gradients_result())
    assert offered(driver) == {"gradient", "output_gradient"}
    keep(driver, deletion_result())
    assert offered(driver) == {"gradient", "output_gradient", "deletion"}
    driver.open("resnet18")
    assert offered(driver) == set()


def test_that_the_canvas_is_coloured_with_a_scale(driver: AppDriver) -> None:
    keep(driver, deletion_result())
    driver.do("view.color.deletion")
    assert fills(driver.picture, "block:conv2_1") & {f"heat{n}" for n in range(1, 8)}
    assert driver.picture.color_key is not None
    assert "deletion on digits" in driver.picture.color_key.title
    assert driver.window.toolbar.color_by.value() == "deletion"
    driver.do("view.color.stage")
    assert driver.session.view.measured is None


def test_that_the_canvas_follows_an_experiment_that_runs(driver: AppDriver) -> None:
    keep(driver, training_result(steps=2))
    driver.do("view.color.training_gradient")
    for steps in range(3, 8):
        keep(driver, training_result(steps=steps))
    driver.qtbot.waitUntil(
        lambda: (
            driver.picture.color_key is not None
            and "after 7 steps" in driver.picture.color_key.title
        )
    )


def test_that_another_model_is_coloured_by_its_own_numbers_or_by_stage(driver: AppDriver) -> None:
    keep(driver, gradients_result(first=0.5))
    keep(driver, gradients_result(first=0.7), "plain34")
    driver.do("view.color.gradient")
    driver.open("plain34")
    driver.qtbot.waitUntil(
        lambda: (
            driver.session.view.measured is not None
            and dict(driver.session.view.measured.values)["conv1"] == 0.7
        )
    )
    driver.open("resnet18")
    driver.qtbot.waitUntil(lambda: driver.session.view.color_by == "stage")


@pytest.mark.parametrize(
    ("target", "number", "words"),
    [
        (Target("call", "conv1"), "0.5", "gradients on digits, untrained, seed 0, CPU"),
        (Target("group", "conv1"), "0.5", "mean of what it holds"),
    ],
)
def test_that_the_inspector_tells_the_number_and_its_source(
    driver: AppDriver, target: Target, number: str, words: str
) -> None:
    keep(driver, gradients_result())
    driver.session.select((target,))
    assert words not in driver.sheet
    driver.do("view.color.gradient")
    tile = driver.window.inspector.sheet.tiles[0]
    assert (tile.name, tile.value) == ("Relative gradient", number)
    assert words in driver.sheet
