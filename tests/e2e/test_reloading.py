"""A file that changes on disk: shown anew with view and selection; half-written ones waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz import assets
from resnet_viz.drawing.display_list import Target, Text
from resnet_viz.gui.opening import reloading
from tests.support.model_files.configs import data as config_bytes
from tests.support.model_files.samples import old_layer, old_siamese
from tests.support.window.app_driver import Desk

RESNET34 = assets.read_bytes("models/resnet34.json")
RESNET18 = assets.read_bytes("models/resnet18.json")


@pytest.fixture
def file(desk: Desk, tmp_path: Path) -> Path:
    """net.json, open in the window."""
    made = tmp_path / "net.json"
    made.write_bytes(RESNET34)
    desk.open(str(made))
    return made


def calls(desk: Desk) -> int:
    assert desk.session.document is not None
    return len(desk.session.document.graph.calls)


def test_that_a_changed_file_is_shown_anew_with_what_was_open(desk: Desk, file: Path) -> None:
    desk.after_picture(lambda: desk.program.viewing.toggle("conv3_1"))
    desk.session.select((Target("group", "conv3_1"), Target("group", "conv4_6")))
    desk.canvas.zoom_to(1.3)
    view = desk.session.view
    file.write_bytes(RESNET18)  # conv4_6 is no more
    desk.qtbot.waitUntil(lambda: calls(desk) < 100)
    assert desk.session.view == view
    assert desk.session.selection == (Target("group", "conv3_1"),)
    assert desk.canvas.zoom == pytest.approx(1.3)
    shown = desk.window.notices.shown
    assert shown is not None
    assert (shown.text, shown.lasting) == ("Reloaded net.json", False)


def test_that_an_editor_may_replace_the_file_again_and_again(desk: Desk, file: Path) -> None:
    for data in (RESNET18, RESNET34, RESNET18):
        before = calls(desk)
        new = file.with_name("new")
        new.write_bytes(data)
        new.replace(file)
        desk.qtbot.waitUntil(lambda before=before: calls(desk) != before)


def test_that_a_half_written_file_is_waited_for(desk: Desk, file: Path) -> None:
    before = desk.picture
    pipeline = desk.program.pipeline
    with desk.qtbot.waitSignal(pipeline.failed):
        file.write_bytes(RESNET18[: len(RESNET18) // 2])
    assert desk.picture is before
    assert desk.notice == ""
    file.write_bytes(RESNET18)
    desk.qtbot.waitUntil(lambda: calls(desk) < 100)
    assert desk.notice == "Reloaded net.json"


def test_that_a_file_that_stays_broken_is_told_and_kept(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reloading, "RETRY_MS", (10, 20))
    before = desk.picture
    file.write_text("{")
    desk.qtbot.waitUntil(lambda: desk.notice != "")
    assert desk.notice.startswith("net.json has changed, but can't be read; its last state")
    assert desk.picture is before
    file.write_bytes(RESNET18)
    desk.qtbot.waitUntil(lambda: calls(desk) < 100)
    assert desk.notice == "Reloaded net.json"


def test_that_a_removed_file_is_told_and_kept(desk: Desk, file: Path) -> None:
    before = desk.picture
    file.unlink()
    desk.qtbot.waitUntil(lambda: desk.notice != "")
    assert desk.notice == "net.json is no longer on disk; its last state is shown."
    assert desk.picture is before
    file.write_bytes(RESNET18)
    desk.qtbot.waitUntil(lambda: calls(desk) < 100)


def test_that_f5_tells_a_broken_file_at_once(desk: Desk, file: Path) -> None:
    desk.program.opener.reloader.watcher.watch("", None)
    file.write_text("{")
    desk.do("file.reload")
    desk.qtbot.waitUntil(lambda: desk.notice.startswith("This file could not be opened."))


def test_that_another_model_is_not_replaced_by_the_last_file(desk: Desk, file: Path) -> None:
    desk.open("resnet50")
    with desk.qtbot.assertNotEmitted(desk.program.pipeline.opening, wait=600):
        file.write_bytes(RESNET18)


def boxes(desk: Desk, target: Target) -> list[str]:
    """What the cards that light up with a target say."""
    items = (desk.picture.by_id[each] for each in desk.picture.by_target[target])
    cards = (item for item in items if item.kind == "card")
    return [mark.text for card in cards for mark in card.marks if isinstance(mark, Text)][:1]


def test_that_open_submodels_stay_open_where_the_file_still_has_them(
    desk: Desk, tmp_path: Path
) -> None:
    made = tmp_path / "twins.json"
    made.write_bytes(config_bytes(old_siamese()))
    desk.open(str(made))
    desk.after_picture(lambda: desk.program.viewing.toggle("tower#2"))
    inside = Target("call", "tower:1/more")
    desk.session.select((inside,))
    view, before = desk.session.view, calls(desk)
    assert boxes(desk, inside) == ["more"]  # its own, not the closed model's
    longer = old_siamese()
    tower = longer["config"]["layers"][2]["config"]
    tower["layers"].append(old_layer("Dense", "extra", [["more", 0, 0, {}]], units=3))
    tower["output_layers"][1] = ["extra", 0, 0]
    made.write_bytes(config_bytes(longer))
    desk.qtbot.waitUntil(lambda: calls(desk) == before + 2)  # one more in each of two calls
    assert desk.session.view == view
    assert desk.session.selection == (inside,)
    assert boxes(desk, inside) == ["more"]  # its own, not the closed model's
    assert desk.canvas.selected == (inside,)
