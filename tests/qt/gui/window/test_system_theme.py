"""The theme follows the system until the user chooses one; repeats are chosen in the View menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from resnet_viz.gui.session import Session
from resnet_viz.gui.window import system_theme
from resnet_viz.gui.window.system_theme import SystemTheme, start_theme
from resnet_viz.services.preferences import Preferences
from tests.support.window.app_driver import AppDriver


class Hints:
    """Colour scheme that the system reports."""

    scheme = Qt.ColorScheme.Light

    def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802 - Qt's name
        return self.scheme


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Hints:
    hints = Hints()
    monkeypatch.setattr(system_theme, "_scheme", hints.colorScheme)
    return hints


def test_that_the_system_is_followed_until_the_user_chooses(
    qapp: QApplication, tmp_path: Path, system: Hints
) -> None:
    settings = Preferences(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    session = Session(theme=start_theme(settings))
    parent = QObject(qapp)
    SystemTheme(session, settings, parent)
    changed = QGuiApplication.styleHints().colorSchemeChanged
    for scheme, name in ((Qt.ColorScheme.Dark, "dark"), (Qt.ColorScheme.Light, "light")):
        system.scheme = scheme
        changed.emit(scheme)
        assert session.theme.name == name
    settings.theme = "light"
    system.scheme = Qt.ColorScheme.Dark
    changed.emit(system.scheme)
    assert session.theme.name == "light"
    parent.deleteLater()


def test_that_repeats_are_folded_and_shown_on_request(driver: AppDriver) -> None:
    def cards() -> int:
        return sum(item.kind == "card" for item in driver.picture.items)

    driver.open("resnet101")  # a run of 23 blocks in conv4_x
    folded = cards()
    assert driver.window.actions_by_id["view.repeats.auto"].isChecked()
    driver.do("view.repeats.all")
    assert cards() > folded + 15
    assert driver.window.actions_by_id["view.repeats.all"].isChecked()
    driver.do("view.repeats.fold")
    assert cards() < folded + 1
