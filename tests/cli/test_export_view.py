"""``export --view``: the picture of a saved view, with its source unless one is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz.cli.main import main
from resnet_viz.layout.view import View
from resnet_viz.sources.parse import parse_source
from resnet_viz.views.saved_view import encode_view, saved_view


@pytest.fixture
def view_file(tmp_path: Path) -> Path:
    """ResNet-34 by stages, conv3_x open, without a legend."""
    view = View(detail="stage", toggled=frozenset({"conv3_x"}), legend=False)
    file = tmp_path / "figure.view.json"
    file.write_bytes(encode_view(saved_view(parse_source("resnet34"), view)))
    return file


def exported(tmp_path: Path, *arguments: str) -> str:
    target = tmp_path / "figure.svg"
    assert main(["export", *arguments, "-o", str(target)]) == 0
    return target.read_text(encoding="utf-8")


def test_that_a_saved_view_is_drawn_as_it_was_saved(tmp_path: Path, view_file: Path) -> None:
    whole = exported(tmp_path, "resnet34", "--detail", "stage")
    picture = exported(tmp_path, "--view", str(view_file))
    assert "conv3_2" in picture  # its stage is open
    assert "conv4_2" not in picture
    assert "Legend" in whole
    assert "Legend" not in picture


def test_that_a_source_and_options_given_win_over_the_saved_ones(
    tmp_path: Path, view_file: Path
) -> None:
    picture = exported(tmp_path, "resnet50", "--view", str(view_file), "--detail", "block")
    assert "ResNet-50" in picture
    assert "conv4_2" in picture


def test_that_a_missing_view_and_a_missing_source_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "figure.svg")
    assert main(["export", "--view", str(tmp_path / "none.view.json"), "-o", target]) == 1
    assert "none.view.json" in capsys.readouterr().err
    assert main(["export", "-o", target]) == 2
    assert "No model given" in capsys.readouterr().err
