"""TikZ: a document that LaTeX compiles to a page of the picture's size."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from resnet_viz import analyze
from resnet_viz.document import Document
from resnet_viz.errors import UsageError
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.options import ExportOptions
from resnet_viz.exports.write import write_figure
from resnet_viz.layout.view import View
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped

pytestmark = pytest.mark.usefixtures("qapp")


def tikz(document: Document, options: ExportOptions | None = None) -> str:
    file = io.BytesIO()
    write_figure(Figure(document, View()), file, "tex", options or ExportOptions())
    return file.getvalue().decode()


def hostile_document() -> Document:
    net = Net("net")
    name = r"\input{x}$%&#_^~<>|{--``''도 ‖"
    x = net.call("Dense", net.input(4), shape=(None, 8), units=8, name=name)
    return analyze(net.graph(net.call("ReLU", x, shape=(None, 8), name="end")))


def test_that_no_name_is_a_command() -> None:
    text = tikz(hostile_document())
    assert "\\input{" not in text
    assert r"\textbackslash{}input\{x\}\$\%\&\#\_" in text


def test_that_the_same_input_makes_the_same_bytes() -> None:
    document = analyze(shipped("plain18"))
    assert tikz(document) == tikz(document)


def test_that_a_page_larger_than_tex_allows_is_refused_with_a_scale_that_works() -> None:
    document = analyze(shipped("plain18"))
    with pytest.raises(UsageError, match=r"use scale [0-9.]+ or less") as caught:
        tikz(document, ExportOptions(scale=50))
    usable = re.search(r"scale ([0-9.]+)", caught.value.message)
    assert usable is not None
    tikz(document, ExportOptions(scale=float(usable[1])))


def compiled(text: str, folder: Path) -> str:
    """Compile ``text`` to ``a.pdf``; return the output of pdfLaTeX."""
    (folder / "a.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return done.stdout


@pytest.mark.long
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("document", [lambda: analyze(shipped("resnet34")), hostile_document])
def test_that_pdflatex_compiles_it_to_one_page_of_the_width_asked_for(
    tmp_path: Path, document: object
) -> None:
    text = tikz(document(), ExportOptions(width=480))  # type: ignore[operator]
    assert "(1 page," in compiled(text, tmp_path)
    assert "Missing character" not in (tmp_path / "a.log").read_text(errors="replace")
    pdf = (tmp_path / "a.pdf").read_bytes()
    widths = re.findall(rb"/MediaBox \[0 0 ([0-9.]+)", pdf)
    assert not widths or float(widths[0]) == pytest.approx(360, abs=1)  # 480 px of 96 an inch


@pytest.mark.long
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("height", [917.5, 3337.77, 9999.99])
def test_that_rounded_heights_never_push_the_picture_to_a_second_page(
    tmp_path: Path, height: float
) -> None:
    text = tikz(hostile_document(), ExportOptions(height=height))
    assert "(1 page," in compiled(text, tmp_path)
