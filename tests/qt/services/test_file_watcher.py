"""The watcher reports rewritten, replaced, removed and restored files once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.services.file_watcher import FileWatcher, file_stamp


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "net.json"
    made.write_text("one")
    return made


@pytest.fixture
def watcher(qtbot: QtBot, file: Path) -> FileWatcher:
    del qtbot
    made = FileWatcher()
    made.watch(str(file), file_stamp(str(file)))
    return made


def replace(file: Path, text: str) -> None:
    """As editors and Keras do: write beside it, then rename."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def test_that_a_rewritten_file_is_reported_once(
    qtbot: QtBot, watcher: FileWatcher, file: Path
) -> None:
    reports: list[str] = []
    watcher.changed.connect(lambda: reports.append(file.read_text()))
    with qtbot.waitSignal(watcher.changed), file.open("w") as out:
        for number in range(20):
            out.write(f"{number}\n")
            out.flush()
    with qtbot.waitSignal(watcher.changed):
        replace(file, "another change")
    assert reports == ["".join(f"{number}\n" for number in range(20)), "another change"]


def test_that_a_replaced_file_stays_watched(qtbot: QtBot, watcher: FileWatcher, file: Path) -> None:
    for text in ("two", "three", "four"):
        with qtbot.waitSignal(watcher.changed):
            replace(file, text)


def test_that_a_removed_file_is_gone_and_comes_back(
    qtbot: QtBot, watcher: FileWatcher, file: Path
) -> None:
    with qtbot.waitSignal(watcher.gone), qtbot.assertNotEmitted(watcher.changed):
        file.unlink()
    with qtbot.waitSignal(watcher.changed):
        file.write_text("back")


def test_that_changes_of_other_files_are_ignored(
    qtbot: QtBot, watcher: FileWatcher, file: Path
) -> None:
    reports: list[str] = []
    watcher.changed.connect(lambda: reports.append(file.read_text()))
    other, witness = file.parent / "other.json", FileWatcher()
    witness.watch(str(other), None)
    with qtbot.waitSignal(witness.changed):
        other.write_text("x")
    with qtbot.waitSignal(watcher.changed):
        replace(file, "its own")
    assert reports == ["its own"]


def test_that_a_change_before_the_watch_is_not_missed(
    qtbot: QtBot, watcher: FileWatcher, file: Path
) -> None:
    before = file_stamp(str(file))
    file.write_text("longer than before")
    with qtbot.waitSignal(watcher.changed):
        watcher.watch(str(file), before)


def test_that_watching_can_be_ended(qtbot: QtBot, watcher: FileWatcher, file: Path) -> None:
    reports: list[str] = []
    watcher.changed.connect(lambda: reports.append(file.read_text()))
    witness = FileWatcher()
    witness.watch(str(file), file_stamp(str(file)))
    watcher.watch("", None)
    for text in ("unheard", "unheard again"):  # a late report of the first would come by the second
        with qtbot.waitSignal(witness.changed):
            replace(file, text)
    assert reports == []
    assert file_stamp("\x00") is None
