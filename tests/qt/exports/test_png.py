"""PNG: size, resolution, ground, bands, and the picture itself."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops
from PySide6.QtGui import QColor, QImage, QPainter

from resnet_viz.drawing.display_list import Box, Item
from resnet_viz.drawing.display_list import Path as PathMark
from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.exports import png
from resnet_viz.exports.options import ExportOptions
from resnet_viz.exports.write import write_picture
from resnet_viz.paint.painter import paint_list
from tests.support.pictures.export_items import block, picture

pytestmark = pytest.mark.usefixtures("qapp")


def exported(folder: Path, settings: ExportOptions) -> Image.Image:
    path = folder / "picture.png"
    write_picture(picture(*block("conv3_2", 200)), path, settings)
    with Image.open(path) as image:
        image.load()  # checks the checksums
        return image


def test_that_the_defaults_are_scale_2_and_192_dpi(tmp_path: Path) -> None:
    image = exported(tmp_path, ExportOptions(title="ResNet-34 – 한글"))
    assert image.size == (440, 400)
    assert image.info["dpi"] == pytest.approx((192, 192), abs=0.02)
    assert image.info["Title"] == "ResNet-34 – 한글"


def test_that_dpi_is_written_as_given(tmp_path: Path) -> None:
    assert exported(tmp_path, ExportOptions(dpi=300)).info["dpi"] == pytest.approx(
        (300, 300), abs=0.02
    )


def test_that_a_transparent_ground_is_transparent(tmp_path: Path) -> None:
    image = exported(tmp_path, ExportOptions(background="transparent"))
    assert image.mode == "RGBA"
    assert image.getpixel((2, 2)) == (0, 0, 0, 0)
    assert image.getpixel((200, 250)) == (255, 255, 255, 255)  # a card is not


@pytest.mark.parametrize(
    ("settings", "color"),
    [
        (ExportOptions(), LIGHT["canvas"]),
        (ExportOptions(theme=DARK), DARK["canvas"]),
        (ExportOptions(theme=DARK, background="white"), "#FFFFFF"),
    ],
    ids=["light", "dark", "white"],
)
def test_that_the_ground_is_as_asked_for(
    tmp_path: Path, settings: ExportOptions, color: str
) -> None:
    image = exported(tmp_path, settings)
    assert image.mode == "RGB"
    assert image.getpixel((2, 2)) == QColor(color).getRgb()[:3]


def test_that_width_and_height_fit_and_centre(tmp_path: Path) -> None:
    image = exported(tmp_path, ExportOptions(width=880, height=400))
    assert image.size == (880, 400)
    card = QColor(LIGHT["card"]).getRgb()[:3]
    assert image.getpixel((220 + 200, 250)) == card
    assert image.getpixel((200, 250)) == QColor(LIGHT["canvas"]).getRgb()[:3]


@pytest.mark.parametrize("band", [1, 40_000, 1 << 30], ids=["16 rows", "few", "one"])
def test_that_the_picture_is_the_painters_however_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, band: int
) -> None:
    monkeypatch.setattr(png, "BAND_BYTES", band)
    path = tmp_path / "cut.png"
    write_picture(picture(), path, ExportOptions())
    whole = QImage(440, 400, QImage.Format.Format_RGB32)
    whole.fill(QColor(LIGHT["canvas"]))
    painter = QPainter(whole)
    painter.scale(2, 2)
    paint_list(painter, picture(), LIGHT)
    painter.end()
    found = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    worst = 0
    for y in range(400):
        if found.constScanLine(y) != whole.constScanLine(y):
            pairs = zip(found.constScanLine(y), whole.constScanLine(y), strict=True)
            worst = max(worst, *(abs(a - b) for a, b in pairs))
    assert worst <= 4  # coordinates are rounded in 1/256 of a pixel


def test_that_a_failure_while_painting_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(png, "QPainter", fail)
    with pytest.raises(MemoryError):
        write_picture(picture(), tmp_path / "a.png", ExportOptions())
    assert list(tmp_path.iterdir()) == []


def worst_difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a channel; coordinates are rounded in 1/256 of a pixel."""
    extremes = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getextrema()
    return max(int(high) for _low, high in extremes)  # type: ignore[misc]


@pytest.mark.parametrize("background", ["theme", "transparent"])
@pytest.mark.parametrize(("dashed", "reference"), [(False, png.TILE_WIDTH), (True, 300)])
def test_that_tiles_join_without_a_seam(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    background: str,
    dashed: bool,
    reference: int,
) -> None:
    drawn = picture(*block("conv3_2", 200, dashed=dashed), *block("conv3_3", 90, dashed=dashed))
    if not dashed:  # dashes of a single tile are the painter's own, a quarter of a pixel away
        drawn = msgspec.structs.replace(drawn, items=tuple(map(solid, drawn.items)))
    options = ExportOptions(background=background)  # type: ignore[arg-type]
    cut = []
    for width in (reference, 37):
        monkeypatch.setattr(png, "TILE_WIDTH", width)
        write_picture(drawn, tmp_path / "cut.png", options)
        with Image.open(tmp_path / "cut.png") as image:
            cut.append(image.copy())
    assert worst_difference(*cut) <= 4


def solid(item: Item) -> Item:
    """The item without dashes."""
    marks = tuple(
        msgspec.structs.replace(mark, dash=()) if isinstance(mark, Box | PathMark) else mark
        for mark in item.marks
    )
    return msgspec.structs.replace(item, marks=marks)


@pytest.mark.long
def test_that_a_side_may_be_longer_than_qt_paints(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    write_picture(picture(), path, ExportOptions(width=60_000, height=200))
    with Image.open(path) as image:
        assert image.size == (60_000, 200)
        middle = image.crop((29_890, 0, 30_110, 200))
    write_picture(picture(), path, ExportOptions(scale=1))
    with Image.open(path) as image:
        assert worst_difference(middle, image) <= 4
