"""The table of commands, and what is generated from it."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from resnet_viz import assets
from resnet_viz.gui.commands.help_dialog import keys_text
from resnet_viz.gui.commands.table import COMMANDS, MENUS
from resnet_viz.sources.catalog import BUILTIN_NAMES
from tests.support.window.app_driver import AppDriver


def test_that_no_shortcut_is_given_twice() -> None:
    keys = Counter(
        QKeySequence(each).toString() for command in COMMANDS for each in command.shortcut
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_that_ids_and_texts_are_there_once() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    assert all(command.text and command.menu in MENUS for command in COMMANDS)


def test_that_every_icon_exists() -> None:
    for command in COMMANDS:
        if command.icon:
            assert assets.path(f"icons/{command.icon}.svg").is_file()


def test_that_every_action_does_something(driver: AppDriver) -> None:
    assert set(driver.window.actions_by_id.ids()) == driver.program.command_handlers.bound


def test_that_the_boards_keys_are_in_the_table() -> None:
    keys = {command.id: command.shortcut for command in COMMANDS}
    assert keys["view.detail.stage"] == ("1",)
    assert keys["view.detail.layer"] == ("4",)
    assert keys["file.open"] == ("Ctrl+O",)
    assert keys["file.export"] == ("Ctrl+E",)
    assert keys["view.outline"] == ("Ctrl+B",)
    assert keys["view.dark"] == ("Ctrl+Shift+L",)


def test_that_the_help_page_lists_every_shortcut() -> None:
    listed = " ".join(keys for keys, _ in keys_text())
    for command in COMMANDS:
        for each in command.shortcut:
            assert QKeySequence(each).toString() in listed


def test_that_the_menus_hold_every_command_and_every_architecture(driver: AppDriver) -> None:
    menus = driver.window.findChildren(QMenu)
    held = {action.objectName() for menu in menus for action in menu.actions()}
    assert {command.id for command in COMMANDS} <= held
    texts = {action.text() for menu in menus for action in menu.actions()}
    assert "ResNet-152" in texts
    assert len(BUILTIN_NAMES) == 18
