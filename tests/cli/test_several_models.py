"""Several models in one figure, in the classic style and with cards."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

import resnet_viz
from tests.cli.conftest import Run

SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.usefixtures("qapp")


def texts(path: Path) -> list[str]:
    return ["".join(text.itertext()) for text in ET.parse(path).getroot().iter(f"{SVG}text")]


@pytest.mark.parametrize("style", ["classic", "card"])
def test_that_models_stand_side_by_side_under_their_titles(
    run_here: Run, tmp_path: Path, style: str
) -> None:
    asked = ("plain34", "resnet34", "--style", style, "--no-legend", "-o", "a.svg")
    assert run_here("export", *asked).returncode == 0
    words = texts(tmp_path / "a.svg")
    assert {"Plain-34", "ResNet-34"} <= set(words)
    if style == "classic":
        assert words.count("3×3 conv, 256") == 2 * 11
        assert words.count("output size: 56") == 1


@pytest.mark.parametrize("style", ["classic", "card"])
@pytest.mark.parametrize("fit", [(), ("--fit", "a3")], ids=["free", "fitted"])
def test_that_the_figure_has_one_title_and_one_caption(
    run_here: Run, tmp_path: Path, style: str, fit: tuple[str, ...]
) -> None:
    words = ("--title", "Depth", "--caption", "With and without shortcuts", *fit)
    asked = ("plain34", "resnet34", "--style", style, *words, "-o", "a.svg")
    assert run_here("export", *asked).returncode == 0
    drawn = texts(tmp_path / "a.svg")
    for text in ("Depth", "With and without shortcuts", "Plain-34", "ResNet-34"):
        assert drawn.count(text) == 1


def test_that_the_classic_figure_is_written_in_every_format_with_a_size(
    run_here: Run, tmp_path: Path
) -> None:
    outputs = [word for name in ("png", "svg", "pdf", "tex") for word in ("-o", f"a.{name}")]
    asked = ("plain34", "resnet34", "--style", "classic", "--fit", "17cm", *outputs)
    assert run_here("export", *asked).returncode == 0
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == 2008  # 17 cm at 300 dpi, rounded up
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "a.tex").read_text(encoding="utf-8").count("conv,{} 256") == 2 * 12


def test_that_cards_of_two_models_fit_a_page_block_by_block(run_here: Run, tmp_path: Path) -> None:
    asked = ("resnet18", "resnet34", "--fit", "17cm", "--detail", "block")
    assert run_here("export", *asked, "-o", "a.svg").returncode == 0
    assert texts(tmp_path / "a.svg").count("conv4_2") == 2


def test_that_the_alt_text_names_all_models(run_here: Run, tmp_path: Path) -> None:
    assert run_here("export", "plain18", "resnet18", "-o", "a.svg").returncode == 0
    description = ET.parse(tmp_path / "a.svg").getroot().find(f"{SVG}desc")
    assert description is not None
    assert description.text is not None
    assert "Diagram of Plain-18" in description.text
    assert "Diagram of ResNet-18" in description.text


def test_that_python_takes_a_list_of_models(tmp_path: Path) -> None:
    graph = resnet_viz.read("resources/models/resnet18.json")
    path = tmp_path / "a.svg"
    resnet_viz.export(["plain18", graph], path, style="classic")
    assert {"Plain-18", "resnet18"} <= set(texts(path))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("plain18", "resnet18", "-o", "a.html"), "2 models in one figure are drawn in PNG, SVG"),
        (("resnet18", "-o", "a.mmd", "--style", "classic"), "Style classic is drawn in PNG, SVG"),
        (("resnet18", "-o", "a.svg", "--style", "classic", "--detail", "unit"), "detail has no"),
        (("resnet18", "-o", "a.svg", "--style", "clasic"), "did you mean classic?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_that_what_has_no_meaning_is_refused_in_one_line(
    run_here: Run, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = run_here("export", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not [*tmp_path.glob("a.*")]
