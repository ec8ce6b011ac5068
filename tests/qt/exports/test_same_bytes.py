"""Every format: the same bytes for the same input, and the picture in a sentence."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import pytest

from resnet_viz import analyze
from resnet_viz.exports.alt_text import alt_text
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.options import FORMAT_NAMES, ExportOptions, FormatName
from resnet_viz.exports.write import write_figure
from resnet_viz.layout.view import View
from tests.support.graphs.shipped import shipped

pytestmark = pytest.mark.usefixtures("qapp")
SVG = "{http://www.w3.org/2000/svg}"
SENTENCE = (
    "Diagram of ResNet-34: from 224×224×3 to 1000 in 6 stages with 16 blocks, "
    "13 identity and 3 projection shortcuts; 21.8 M parameters, 3.66 G MACs."
)


def written(format_: FormatName, options: ExportOptions | None = None) -> bytes:
    file = io.BytesIO()
    figure = Figure(analyze(shipped("resnet34")), View(title="ResNet-34"))
    write_figure(figure, file, format_, options or ExportOptions(title="ResNet-34"))
    return file.getvalue()


@pytest.mark.parametrize("format_", FORMAT_NAMES)
def test_that_the_same_input_makes_the_same_bytes(format_: FormatName) -> None:
    assert written(format_) == written(format_)


def test_that_the_picture_is_told_in_a_sentence() -> None:
    assert alt_text(analyze(shipped("resnet34")), "ResNet-34") == SENTENCE
    root = ET.fromstring(written("svg"))
    assert root.findtext(f"{SVG}desc") == SENTENCE
    assert SENTENCE.encode() in written("png")
    assert SENTENCE.encode() in written("html")


def test_that_outlined_text_needs_no_font() -> None:
    root = ET.fromstring(written("svg", ExportOptions(outline_text=True)))
    assert root.find(f".//{SVG}text") is None
    used = {node.attrib["href"].removeprefix("#") for node in root.iter(f"{SVG}use")}
    defined = {node.attrib["id"] for node in root.find(f"{SVG}defs") or ()}
    assert used == defined
    labels = {node.attrib["aria-label"] for node in root.iter(f"{SVG}use")}
    assert {"conv3_1", "224×224×3"} <= labels
