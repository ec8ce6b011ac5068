"""``--install-desktop``: files that desktops read, for this installation."""

from __future__ import annotations

import configparser
import re
import shlex
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from resnet_viz.cli import desktop
from resnet_viz.cli.main import main

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data folder after an installation."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["--install-desktop"]) == 0
    return tmp_path


def entry(folder: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(folder / "applications" / "resnet-viz.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_that_the_launcher_starts_this_installation_on_a_file(installed: Path) -> None:
    *command, field = shlex.split(entry(installed)["Exec"])
    assert field == "%f"
    assert Path(command[0]).is_file()
    assert entry(installed)["Icon"] == "resnet-viz"


def test_that_keras_files_are_of_its_type(installed: Path) -> None:
    tree = ET.parse(installed / "mime" / "packages" / "resnet-viz.xml")
    (kind,) = tree.getroot().findall(f"{MIME}mime-type")
    glob = kind.find(f"{MIME}glob")
    assert glob is not None
    assert glob.get("pattern") == "*.keras"
    assert f"{kind.get('type')};" == entry(installed)["MimeType"]


def test_that_the_icon_is_installed(installed: Path) -> None:
    icon = installed / "icons" / "hicolor" / "scalable" / "apps" / "resnet-viz.svg"
    assert icon.read_bytes().startswith(b"<svg")


def test_that_it_tells_what_it_has_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    main(["--install-desktop"])
    main(["--install-desktop"])  # again: nothing is doubled
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert all(Path(line).is_file() for line in lines)


def test_that_paths_with_spaces_and_signs_are_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / 'my "$HOME" 100% `x`'
    odd.mkdir()
    (odd / "resnet-viz").touch()
    monkeypatch.setattr(sys, "executable", str(odd / "python"))
    line = desktop.program_command()
    unescaped = line.replace("\\\\", "\\")  # the file's escapes, then the command's
    word = re.fullmatch(r'"((?:[^"`$\\]|\\["`$\\])*)"', unescaped)
    assert word is not None
    assert re.sub(r"\\(.)", r"\1", word[1]).replace("%%", "%") == str(odd / "resnet-viz")


def test_that_other_systems_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert main(["--install-desktop"]) == 2
    assert "Linux" in capsys.readouterr().err


def test_that_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "applications").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["--install-desktop"]) == 1
    assert "resnet-viz:" in capsys.readouterr().err
