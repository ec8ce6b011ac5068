"""PDF: one page of the picture's size, vectors, the font embedded, text that can be found."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from resnet_viz.exports.options import ExportOptions
from resnet_viz.exports.write import write_picture
from tests.support.pictures.export_items import picture

pytestmark = pytest.mark.usefixtures("qapp")


def exported(folder: Path, settings: ExportOptions | None = None) -> Path:
    path = folder / "picture.pdf"
    write_picture(picture(), path, settings or ExportOptions(title="ResNet-34"))
    return path


def media_box(path: Path) -> list[float]:
    found = re.search(rb"/MediaBox \[([^\]]*)\]", path.read_bytes())
    assert found is not None
    return [float(part) for part in found[1].split()]


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        (ExportOptions(), (165, 150)),  # 220×200 px at 96 to the inch
        (ExportOptions(scale=2), (330, 300)),
        (ExportOptions(width=440), (330, 300)),
        (ExportOptions(width=600, height=300), (450, 225)),
        (ExportOptions(width=300, height=300, dpi=300), (72, 72)),
    ],
    ids=str,
)
def test_that_the_page_has_the_pictures_size(
    tmp_path: Path, settings: ExportOptions, size: tuple[float, float]
) -> None:
    box = media_box(exported(tmp_path, settings))
    assert box[:2] == [0, 0]
    assert box[2:] == pytest.approx(size, abs=0.5)


def test_that_there_is_one_page_with_fonts_and_no_image(tmp_path: Path) -> None:
    data = exported(tmp_path).read_bytes()
    assert data.startswith(b"%PDF-1.")
    assert data.count(b"/MediaBox") == 1
    assert b"/Subtype /Image" not in data
    assert re.search(rb"/FontFile[23]", data)
    assert b"Pretendard-SemiBold" in data


def test_that_title_and_creator_are_set(tmp_path: Path) -> None:
    data = exported(tmp_path).read_bytes()
    assert "ResNet-34".encode("utf-16-be") in data
    assert "resnet-viz".encode("utf-16-be") in data


def test_that_the_dashes_are_dashes(tmp_path: Path) -> None:
    data = exported(tmp_path).read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)
    content = b"".join(_inflated(stream) for stream in streams)
    found = {match for match in re.findall(rb"\[([\d. ]+)\] *\d+ +d", content) if match.split()}
    on, off = (float(part) for part in found.pop().split())
    assert on / off == pytest.approx(5 / 3.5, abs=0.01)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_that_text_can_be_found(tmp_path: Path) -> None:
    run = subprocess.run(
        ["pdftotext", str(exported(tmp_path)), "-"], capture_output=True, check=True, timeout=60
    )
    words = run.stdout.decode()
    for text in ("conv3_x", "conv3_1", "56×56×64", "231.2 M"):
        assert text in words


def test_that_the_same_picture_makes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    first = exported(tmp_path).read_bytes()
    assert exported(tmp_path).read_bytes() == first
    assert b"Date (D:" not in first
    assert exported(tmp_path, ExportOptions(title="Other")).read_bytes() != first


def test_that_the_date_is_that_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # 2023-11-14 22:13:20 UTC
    data = exported(tmp_path).read_bytes()
    assert b"/CreationDate (D:20231114221320Z)" in data
    assert b'xmp:CreateDate="2023-11-14T22:13:20Z"' in data


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not installed")
def test_that_the_file_stays_valid(tmp_path: Path) -> None:
    done = subprocess.run(
        ["pdfinfo", str(exported(tmp_path))], capture_output=True, text=True, check=True, timeout=60
    )
    assert "Title:           ResNet-34" in done.stdout
    assert done.stderr == ""
