"""LaTeX tables: what a paper prints, and names that are no commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import resnet_viz
from resnet_viz.errors import UsageError
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped


def rows(text: str) -> list[list[str]]:
    body = text.partition("\\midrule")[2]
    cells = (line.removesuffix(r"\\").split(" & ") for line in body.splitlines() if "&" in line)
    return [[cell.strip() for cell in row] for row in cells]


def plain(cell: str) -> str:
    return cell.replace("{,}", ",").replace(r"$\times$", "×").replace("\\quad ", "")


def test_that_a_table_of_stages_has_the_published_sizes() -> None:
    text = resnet_viz.report(shipped("resnet34"), format="latex", rows="stage")
    table = rows(text)
    names = [plain(row[0]).replace(r"\_", "_") for row in table]
    assert names == ["conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "head", "total"]
    outputs = [plain(row[1]) for row in table[:5]]
    assert outputs == ["112×112×64", "56×56×64", "28×28×128", "14×14×256", "7×7×512"]
    assert "21,814,696" in [plain(cell) for cell in table[-1]]
    assert "3,663,761,408" in [plain(cell) for cell in table[-1]]


def test_that_a_table_of_blocks_has_each_inside_its_stage() -> None:
    text = resnet_viz.report(shipped("resnet34"), format="latex")
    assert len(re.findall(r"\\quad conv\d\\_\d &", text)) == 16
    assert {len(row) for row in rows(text)} == {len(rows(text)[0])}


def test_that_rows_are_for_latex() -> None:
    with pytest.raises(UsageError, match="rows is for latex"):
        resnet_viz.report(shipped("plain18"), format="csv", rows="stage")
    with pytest.raises(UsageError, match='no rows "unit"'):
        resnet_viz.report(shipped("plain18"), format="latex", rows="unit")


@pytest.mark.long
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_that_pdflatex_compiles_it_with_any_name(tmp_path: Path) -> None:
    net = Net("net")
    x = net.call("Dense", net.input(4), shape=(None, 8), units=8, name=r"\input{x}$%&#_^~<>|{--")
    tables = [
        resnet_viz.report(net.graph(x), format="latex"),
        resnet_viz.report(shipped("resnet34"), format="latex"),
    ]
    text = (
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{booktabs}\n"
        "\\begin{document}\\tiny\n" + "\n".join(tables) + "\\end{document}\n"
    )
    (tmp_path / "a.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
