"""Preferences survive a run, and no file can break the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from resnet_viz.services.preferences import Preferences


def settings(path: Path) -> Preferences:
    return Preferences(QSettings(str(path), QSettings.Format.IniFormat))


def test_that_choices_are_there_in_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    first = settings(file)
    first.theme, first.animate, first.geometry = "dark", False, QByteArray(b"abc")
    first.remember_folder("export", str(tmp_path))
    first.remember_panel("outline", shown=False)
    first.remember_choice("export.format", "svg")
    first.sync()
    then = settings(file)
    assert (then.theme, then.animate, then.geometry) == ("dark", False, QByteArray(b"abc"))
    assert then.folder("export") == str(tmp_path)
    assert not then.panel_shown("outline")
    assert then.choice("export.format", ("png", "svg")) == "svg"


def test_that_nothing_saved_means_the_defaults(tmp_path: Path) -> None:
    fresh = settings(tmp_path / "none.ini")
    assert (fresh.theme, fresh.animate, fresh.geometry) == (None, True, None)
    assert fresh.folder("open") == str(Path.home())
    assert fresh.panel_shown("inspector")
    assert fresh.choice("export.format", ("png", "svg")) == "png"


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff garbage [[[",
        b"[window]\ntheme=purple\nanimate=maybe\ngeometry=5\n[folders]\nopen=/nowhere/at/all\n",
        b"[window]\ntheme=@Invalid()\nanimate=@ByteArray()\ngeometry=1, 2, 3\n",
        b"[window]\ntheme=dark, light\n[choices]\nexport.format=exe\n[folders]\nopen=@ByteArray()",
    ],
    ids=["binary", "wrong values", "wrong types", "lists"],
)
def test_that_a_corrupt_file_counts_as_unset(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.ini"
    file.write_bytes(content)
    found = settings(file)
    assert found.theme is None
    assert found.animate in (True, False)
    assert found.geometry is None
    assert found.folder("open") == str(Path.home())
    assert found.choice("export.format", ("png", "svg")) == "png"
