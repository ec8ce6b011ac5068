"""A file that changes on disk: shown anew with view and selection; half-written ones waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz import assets
from resnet_viz.drawing.display_list import Target, Text
from resnet_viz.gui.opening import reloading
from tests.support.model_files.configs import data as config_bytes
from tests.support.model_files.samples import old_layer, old_siamese
from tests.support.window.app_driver import AppDriver

RESNET34 = assets.read_bytes("models/resnet34.json")
RESNET18 = assets.read_bytes("models/resnet18.json")


@pytest.fixture
def file(driver: AppDriver, tmp_path: Path) -> Path:
    """net.json, open in the window."""
    made = tmp_path / "net.json"
    made.write_bytes(RESNET34)
    driver.open(str(made))
    return made


def calls(driver: AppDriver) -> int:
    assert driver.session.document is not None
    return len(driver.session.document.graph.calls)


def test_that_a_changed_file_is_shown_anew_with_what_was_open(
    driver: AppDriver, file: Path
) -> None:
    driver.after_picture(lambda: driver.program.view_controller.toggle("conv3_1"))
    driver.session.select((Target("group", "conv3_1"), Target("group", "conv4_6")))
    driver.canvas.zoom_to(1.3)
    view = driver.session.view
    file.write_bytes(RESNET18)  # conv4_6 is no more
    driver.qtbot.waitUntil(lambda: calls(driver) < 100)
    assert driver.session.view == view
    assert driver.session.selection == (Target("group", "conv3_1"),)
    assert driver.canvas.zoom == pytest.approx(1.3)
    shown = driver.window.notices.shown
    assert shown is not None
    assert (shown.text, shown.lasting) == ("Reloaded net.json", False)


def test_that_an_editor_may_replace_the_file_again_and_again(driver: AppDriver, file: Path) -> None:
    for data in (RESNET18, RESNET34, RESNET18):
        before = calls(driver)
        new = file.with_name("new")
        new.write_bytes(data)
        new.replace(file)
        driver.qtbot.waitUntil(lambda before=before: calls(driver) != before)


def test_that_a_half_written_file_is_waited_for(driver: AppDriver, file: Path) -> None:
    before = driver.picture
    pipeline = driver.program.pipeline
    with driver.qtbot.waitSignal(pipeline.failed):
        file.write_bytes(RESNET18[: len(RESNET18) // 2])
    assert driver.picture is before
    assert driver.notice == ""
    file.write_bytes(RESNET18)
    driver.qtbot.waitUntil(lambda: calls(driver) < 100)
    assert driver.notice == "Reloaded net.json"


def test_that_a_file_that_stays_broken_is_told_and_kept(
    driver: AppDriver, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reloading, "RETRY_MS", (10, 20))
    before = driver.picture
    file.write_text("{")
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    assert driver.notice.startswith("net.json has changed, but can't be read; its last state")
    assert driver.picture is before
    file.write_bytes(RESNET18)
    driver.qtbot.waitUntil(lambda: calls(driver) < 100)
    assert driver.notice == "Reloaded net.json"


def test_that_a_removed_file_is_told_and_kept(driver: AppDriver, file: Path) -> None:
    before = driver.picture
    file.unlink()
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    assert driver.notice == "net.json is no longer on disk; its last state is shown."
    assert driver.picture is before
    file.write_bytes(RESNET18)
    driver.qtbot.waitUntil(lambda: calls(driver) < 100)


def test_that_f5_tells_a_broken_file_at_once(driver: AppDriver, file: Path) -> None:
    driver.program.opener.reloader.watcher.watch("", None)
    file.write_text("{")
    driver.do("file.reload")
    driver.qtbot.waitUntil(lambda: driver.notice.startswith("This file could not be opened."))


def test_that_another_model_is_not_replaced_by_the_last_file(driver: AppDriver, file: Path) -> None:
    driver.open("resnet50")
    with driver.qtbot.assertNotEmitted(driver.program.pipeline.opening, wait=600):
        file.write_bytes(RESNET18)


def boxes(driver: AppDriver, target: Target) -> list[str]:
    """Texts of the cards that light up with a target."""
    items = (driver.picture.by_id[each] for each in driver.picture.by_target[target])
    cards = (item for item in items if item.kind == "card")
    return [mark.text for card in cards for mark in card.marks if isinstance(mark, Text)][:1]


def test_that_open_submodels_stay_open_where_the_file_still_has_them(
    driver: AppDriver, tmp_path: Path
) -> None:
    made = tmp_path / "twins.json"
    made.write_bytes(config_bytes(old_siamese()))
    driver.open(str(made))
    driver.after_picture(lambda: driver.program.view_controller.toggle("tower#2"))
    inside = Target("call", "tower:1/more")
    driver.session.select((inside,))
    view, before = driver.session.view, calls(driver)
    assert boxes(driver, inside) == ["more"]  # its own, not the closed model's
    longer = old_siamese()
    tower = longer["config"]["layers"][2]["config"]
    tower["layers"].append(old_layer("Dense", "extra", [["more", 0, 0, {}]], units=3))
    tower["output_layers"][1] = ["extra", 0, 0]
    made.write_bytes(config_bytes(longer))
    driver.qtbot.waitUntil(lambda: calls(driver) == before + 2)  # one more in each of two calls
    assert driver.session.view == view
    assert driver.session.selection == (inside,)
    assert boxes(driver, inside) == ["more"]  # its own, not the closed model's
    assert driver.canvas.selected == (inside,)
