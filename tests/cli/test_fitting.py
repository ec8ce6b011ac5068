"""Pictures fitted into a place: as large as it, with text that can be read, or refused."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run

SVG = "{http://www.w3.org/2000/svg}"
CM, PT = 96 / 2.54, 96 / 72

pytestmark = pytest.mark.usefixtures("qapp")


class Page:
    """Size and smallest text of an SVG file, as a reader of the file finds them."""

    def __init__(self, path: Path) -> None:
        root = ET.parse(path).getroot()
        self.width, self.height = (float(root.attrib[side]) for side in ("width", "height"))
        _, _, wide, high = map(float, root.attrib["viewBox"].split())
        scale = min(self.width / wide, self.height / high)
        texts = list(root.iter(f"{SVG}text"))
        self.text = scale * min(float(text.attrib["font-size"]) for text in texts)
        self.words = {"".join(text.itertext()) for text in texts}


@pytest.mark.parametrize(
    ("place", "width", "height", "least"),
    [
        ("17cm", 17 * CM, 24 * CM, 6 * PT),
        ("slide", 33.87 * CM, 19.05 * CM, 10 * PT),
        ("900px", 900, 900 * 24 / 17, 8),
        ("17x20cm", 17 * CM, 20 * CM, 6 * PT),
    ],
)
def test_that_resnet34_fits_block_by_block(
    run_here: Run, tmp_path: Path, place: str, width: float, height: float, least: float
) -> None:
    asked = ("--fit", place, "--min-text", f"{least}px", "--detail", "block")
    assert run_here("export", "resnet34", *asked, "-o", "a.svg").returncode == 0
    page = Page(tmp_path / "a.svg")
    assert page.text >= least - 0.01
    assert page.width == pytest.approx(width, abs=0.1)
    assert page.height <= height + 0.1
    blocks = {
        f"conv{stage}_{i}" for stage, n in ((2, 3), (3, 4), (4, 6), (5, 3)) for i in range(1, n + 1)
    }
    assert blocks <= page.words


@pytest.mark.parametrize(
    ("preset", "width", "least"),
    [
        ("paper-column", 8.5 * CM, 6 * PT),
        ("paper-page", 17 * CM, 6 * PT),
        ("slide", 33.87 * CM, 10 * PT),
        ("poster", 84.1 * CM, 18 * PT),
        ("readme", 900, 10),
    ],
)
def test_that_a_preset_has_its_width_and_text_that_can_be_read(
    run_here: Run, tmp_path: Path, preset: str, width: float, least: float
) -> None:
    assert run_here("export", "resnet34", "--preset", preset, "-o", "a.svg").returncode == 0
    page = Page(tmp_path / "a.svg")
    assert page.width == pytest.approx(width, abs=0.1)
    assert page.text >= least - 0.01


def test_that_a_small_model_has_its_blocks_and_a_large_one_its_stages(
    run_here: Run, tmp_path: Path
) -> None:
    for source in ("tutorial_first_unit", "cifar_resnet110"):
        asked = (source, "--fit", "8.5x6cm", "--no-legend", "-o", f"{source}.svg")
        assert run_here("export", *asked).returncode == 0
    assert "block1_conv_1" in Page(tmp_path / "tutorial_first_unit.svg").words
    assert not any("_block_" in word for word in Page(tmp_path / "cifar_resnet110.svg").words)


def test_that_a_slide_is_filled_in_every_format(run_here: Run, tmp_path: Path) -> None:
    outputs = ("-o", "a.png", "-o", "a.pdf", "-o", "a.tex")
    assert run_here("export", "resnet18", "--fit", "slide", *outputs).returncode == 0
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (4001, 2250)  # 33.87 × 19.05 cm at 300 dpi, rounded up
    box = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)", (tmp_path / "a.pdf").read_bytes())
    assert box is not None
    assert [float(side) for side in box.groups()] == pytest.approx([960, 540], abs=1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--fit", "17cm", "--detail", "layer"),
            ("at layer detail", "17cm", "6pt", "use detail block"),
        ),
        (
            ("--fit", "17cm", "--detail", "block", "--layout", "row"),
            ("layout row", "use layout wrap"),
        ),
        (("--fit", "1cm"), ("1cm", "use a larger place, or min_text")),
        (("--fit", "slid"), ('no place "slid"', "slide")),
        (("--fit", "17 miles"), ("fit takes",)),
        (("--fit", "0cm"), ("fit must be more than 0",)),
        (("--fit", "17cm", "--width", "3cm"), ("cannot be combined",)),
        (("--fit", "17cm", "--scale", "3"), ("cannot be combined",)),
        (("--min-text", "6pt"), ("give fit",)),
        (("--fit", "17cm", "--min-text", "small"), ("min_text", "small")),
    ],
    ids=" ".join,
)
def test_that_what_does_not_fit_is_refused_in_one_line_that_says_what_fits(
    run_here: Run, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = run_here("export", "resnet34", *arguments, "-o", "a.svg")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    for word in words:
        assert word in done.stderr
    assert not (tmp_path / "a.svg").exists()


def test_that_formats_without_a_size_refuse_a_place(run_here: Run) -> None:
    done = run_here("export", "resnet34", "--fit", "17cm", "-o", "a.html")
    assert done.returncode == 2
    assert "fit has no meaning in HTML" in done.stderr
