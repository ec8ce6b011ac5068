"""Preferences survive a run, and no file can break the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from resnet_viz.services.preferences import Preferences


def preferences_in(path: Path) -> Preferences:
    return Preferences(QSettings(str(path), QSettings.Format.IniFormat))


def test_that_preferences_are_kept_for_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    saved = preferences_in(file)
    saved.theme, saved.animate, saved.geometry = "dark", False, QByteArray(b"abc")
    saved.remember_folder("export", str(tmp_path))
    saved.remember_panel("outline", shown=False)
    saved.remember_choice("export.format", "svg")
    saved.sync()
    loaded = preferences_in(file)
    assert (loaded.theme, loaded.animate, loaded.geometry) == ("dark", False, QByteArray(b"abc"))
    assert loaded.folder("export") == str(tmp_path)
    assert not loaded.panel_shown("outline")
    assert loaded.choice("export.format", ("png", "svg")) == "svg"


def test_that_nothing_saved_means_the_defaults(tmp_path: Path) -> None:
    fresh = preferences_in(tmp_path / "none.ini")
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
    preferences = preferences_in(file)
    assert preferences.theme is None
    assert preferences.animate in (True, False)
    assert preferences.geometry is None
    assert preferences.folder("open") == str(Path.home())
    assert preferences.choice("export.format", ("png", "svg")) == "png"
