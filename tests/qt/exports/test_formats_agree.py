"""PNG, SVG and PDF show the same picture."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from resnet_viz import assets
from resnet_viz.exports.options import ExportOptions
from resnet_viz.exports.write import write_picture
from tests.support.pictures.export_items import block, edge, picture

pytestmark = pytest.mark.usefixtures("qapp")

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>"""


def drawn(folder: Path, format_: str) -> Path:
    path = folder / f"picture.{format_}"
    write_picture(
        picture(*block("conv3_2", 200, dashed=False), edge(190, name="next")), path, ExportOptions()
    )
    return path


def difference(one: Path, other: Path) -> float:
    """Share of pixels that differ clearly, with edges softened: programs smooth them their way."""
    with Image.open(one) as a, Image.open(other) as b:
        assert abs(a.width - b.width) <= 2
        assert abs(a.height - b.height) <= 2
        size = (min(a.width, b.width), min(a.height, b.height))
        soft = [
            image.convert("L").crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(2))
            for image in (a, b)
        ]
    histogram = ImageChops.difference(*soft).histogram()
    return sum(histogram[40:]) / (size[0] * size[1])


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
def test_that_the_pdf_looks_like_the_png(tmp_path: Path) -> None:
    png, pdf = drawn(tmp_path, "png"), drawn(tmp_path, "pdf")
    target = tmp_path / "page"
    command = ["pdftoppm", "-r", "192", "-png", "-singlefile", str(pdf), str(target)]
    subprocess.run(command, check=True, timeout=60)
    assert difference(png, tmp_path / "page.png") < 0.01


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="rsvg-convert is not installed")
def test_that_the_svg_looks_like_the_png(tmp_path: Path) -> None:
    png, svg = drawn(tmp_path, "png"), drawn(tmp_path, "svg")
    config = tmp_path / "fonts.conf"
    folder = assets.path("fonts/Pretendard-Regular.otf").parent
    config.write_text(FONTS.format(folder=folder, cache=tmp_path / "cache"))
    target = tmp_path / "from_svg.png"
    command = ["rsvg-convert", "-z", "2", str(svg), "-o", str(target)]
    environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
    subprocess.run(command, check=True, timeout=60, env=environment)
    assert difference(png, target) < 0.01
