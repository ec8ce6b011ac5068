"""Recent sources: newest first, lasting, and whatever stands in the settings does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from resnet_viz import assets
from resnet_viz.gui.opening.recent import MAX_RECENT, RecentSources
from resnet_viz.gui.opening.recent_menu import RecentMenu, short_text
from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.lasting_text import lasting_text
from resnet_viz.sources.parse import parse_source
from tests.support.window.app_driver import AppDriver


@pytest.fixture
def settings(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))


def test_that_the_newest_comes_first_and_once(settings: Preferences) -> None:
    recent = RecentSources(settings)
    for text in ("keras:VGG16", "resnet34?classes=10", "keras:VGG16"):
        recent.add(parse_source(text))
    assert recent.texts == ("keras:VGG16", "resnet34?classes=10")


def test_that_plain_built_ins_are_not_listed(settings: Preferences) -> None:
    recent = RecentSources(settings)
    recent.add(parse_source("resnet34"))
    assert recent.texts == ()


def test_that_the_list_has_an_end_and_lasts(settings: Preferences) -> None:
    recent = RecentSources(settings)
    for number in range(MAX_RECENT + 5):
        recent.add(parse_source(f"/models/{number}.keras"))
    settings.sync()
    again = RecentSources(settings).texts
    assert len(again) == MAX_RECENT
    assert again[0] == f"/models/{MAX_RECENT + 4}.keras"


def test_that_paths_are_kept_from_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert lasting_text(parse_source("net.keras")) == str(tmp_path / "net.keras")
    assert lasting_text(parse_source("net.py:build")) == f"{tmp_path / 'net.py'}:build"
    assert lasting_text(parse_source("package.net:build")) == "package.net:build"


@pytest.mark.parametrize("kept", ["no json", "[1, 2]", '{"a": 1}', '["\\u0000x"]', '[""]', "null"])
def test_that_garbage_in_the_settings_counts_as_nothing(settings: Preferences, kept: str) -> None:
    settings.remember_text("recent", kept)
    assert RecentSources(settings).texts == ()


def test_that_long_paths_are_cut_in_the_middle() -> None:
    shown = short_text("/a/" + "b" * 200 + "/model.keras")
    assert len(shown) <= 64
    assert shown.startswith("/a/")
    assert shown.endswith("model.keras")


def menu_of(driver: AppDriver) -> RecentMenu:
    found = driver.window.findChild(RecentMenu)
    assert found is not None
    return found


def test_that_the_menu_opens_what_is_chosen_and_bars_what_is_missing(
    driver: AppDriver, tmp_path: Path
) -> None:
    menu = menu_of(driver)
    assert not menu.menu.menuAction().isEnabled()
    file = tmp_path / "net.json"
    file.write_bytes(assets.read_bytes("models/resnet18.json"))
    driver.open(str(file))
    driver.program.opener.recent.add(parse_source(str(tmp_path / "gone.keras")))
    driver.open("resnet34")
    assert menu.menu.menuAction().isEnabled()
    menu.fill()
    missing, there, _, clear = menu.menu.actions()
    assert missing.text().endswith("gone.keras – missing")
    assert not missing.isEnabled()
    there.trigger()
    driver.qtbot.waitUntil(lambda: driver.window.toolbar.model.text() == "net")
    clear.trigger()
    assert driver.program.opener.recent.texts == ()
    assert not menu.menu.menuAction().isEnabled()
