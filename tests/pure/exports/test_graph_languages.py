"""DOT and Mermaid: what a view shows, as text that their programs read."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import pytest

import resnet_viz
from resnet_viz.analysis.structure.types import ShortcutKind
from resnet_viz.document import Document
from resnet_viz.errors import UsageError
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.graph_languages import mermaid
from resnet_viz.exports.graph_languages.dot import write_dot
from resnet_viz.exports.graph_languages.mermaid import write_mermaid
from resnet_viz.exports.graph_languages.visible_graph import GraphArrow
from resnet_viz.exports.options import ExportOptions
from resnet_viz.layout.view import Detail, View
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped

HOSTILE = 'a"]; b\\n<b>`#x</b> %%{init}\\'


def dot(document: Document, detail: Detail) -> str:
    file = io.BytesIO()
    write_dot(file, Figure(document, View(detail=detail)), ExportOptions())
    return file.getvalue().decode()


def chart(document: Document, detail: Detail) -> str:
    file = io.BytesIO()
    write_mermaid(file, Figure(document, View(detail=detail)), ExportOptions())
    return file.getvalue().decode()


def hostile_document() -> Document:
    net = Net("net")
    x = net.call("Dense", net.input(4), shape=(None, 8), units=8, name=HOSTILE)
    return resnet_viz.analyze(net.graph(net.call("ReLU", x, shape=(None, 8), name="end")))


def resnet() -> Document:
    return resnet_viz.analyze(shipped("resnet34"))


def test_that_dot_has_a_cluster_for_each_stage_and_a_node_for_each_box() -> None:
    text = dot(resnet(), "block")
    clusters = re.findall(r"subgraph cluster_g\d+ {\s*graph \[.*label=(\w+)", text)
    assert clusters == ["conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "head"]
    # input, conv1, max pool, 16 blocks, avg pool, fc: a chain of 21
    assert len(re.findall(r"^\s*n\d+ \[label", text, re.MULTILINE)) == 21
    assert len(re.findall(r"n\d+ -> n\d+", text)) == 20
    assert 'n0 -> n1 [label=" 224×224×3"]' in text  # the space keeps it off the line


def test_that_layers_have_an_edge_for_each_tensor_and_consumer() -> None:
    text = dot(resnet(), "layer")
    assert len(re.findall(r"n\d+ -> n\d+", text)) == 140
    assert text.count("style=dashed") == 3 * 3  # entry, convolution and norm of each projection


def test_that_a_digraph_is_what_the_file_has() -> None:
    graph = resnet_viz.to_graphviz(shipped("resnet34"), detail="block", open=["conv3_1"])
    assert graph.source.startswith("// resnet34")
    assert "conv3_1_bn_a" in graph.source


@pytest.mark.dot
@pytest.mark.skipif(shutil.which("dot") is None, reason="dot is not on PATH")
@pytest.mark.parametrize("detail", ["stage", "block", "unit", "layer"])
def test_that_graphviz_renders_it_without_a_warning(detail: Detail) -> None:
    for document in (resnet(), hostile_document()):
        done = subprocess.run(
            ["dot", "-Tsvg"], input=dot(document, detail), capture_output=True, text=True,
            check=True, timeout=60, encoding="utf-8",
        )  # fmt: skip
        assert done.stderr == ""


@pytest.mark.dot
@pytest.mark.skipif(shutil.which("dot") is None, reason="dot is not on PATH")
def test_that_hostile_names_are_shown_by_graphviz_as_they_are() -> None:
    done = subprocess.run(
        ["dot", "-Tsvg"], input=dot(hostile_document(), "block"), capture_output=True, text=True,
        check=True, timeout=60, encoding="utf-8",
    )  # fmt: skip
    assert "a&quot;]; b\\n&lt;b&gt;`#x&lt;/b&gt;" in done.stdout


def test_that_a_flowchart_has_a_subgraph_for_each_stage_and_balances() -> None:
    lines = [line.strip() for line in chart(resnet(), "block").splitlines()]
    assert lines[1] == "flowchart TB"
    assert sum(line.startswith("subgraph") for line in lines) == 6
    assert lines.count("end") == 6
    assert sum("-->" in line for line in lines) == 20


def test_that_projections_are_dashed() -> None:
    text = chart(resnet(), "layer")
    assert text.count("-.->") == 9
    assert text.count("-->") == 140 - 9


def test_that_padded_shortcuts_are_solid_as_in_every_picture() -> None:
    document = resnet_viz.analyze(shipped("cifar_resnet20"))
    assert {shortcut.kind for shortcut in document.structure.shortcuts} == {"identity", "padded"}
    assert "-.->" not in chart(document, "layer")
    assert "style=dashed" not in dot(document, "layer")


@pytest.mark.parametrize("kind", ["projection", "pooled", "upsampled"])
def test_that_arrows_of_changed_sizes_are_dashed_as_in_every_picture(kind: ShortcutKind) -> None:
    assert GraphArrow("n0", "n1", "8", kind).is_dashed


def test_that_no_character_of_a_name_means_anything_to_mermaid() -> None:
    text = chart(hostile_document(), "block")
    label = re.search(r'n1\["(.*)"\]', text)
    assert label is not None
    plain = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label[1].partition("<br>")[0])
    assert plain == HOSTILE
    assert not set('"`[]{}') & set(re.sub(r"#\d+;|<br>", "", label[1]))


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("MOST_EDGES", 100, "140 edges, and Mermaid draws 100; use --detail unit"),
        ("MOST_EDGES", 30, "140 edges, and Mermaid draws 30; use --detail block"),
        ("MOST_CHARACTERS", 100, "Mermaid reads 100; use another format"),
    ],
)
def test_that_what_mermaid_does_not_draw_is_refused_with_what_fits(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int, words: str
) -> None:
    monkeypatch.setattr(mermaid, limit, value)
    with pytest.raises(UsageError, match=re.escape(words)):
        chart(resnet(), "layer")


def test_that_the_same_input_makes_the_same_bytes() -> None:
    assert dot(resnet(), "unit") == dot(resnet(), "unit")
    assert chart(resnet(), "unit") == chart(resnet(), "unit")


def test_that_graph_languages_have_the_title_the_caption_and_the_totals() -> None:
    view = View(detail="stage", title="A", caption='the "first"', totals=True)
    dot_file, chart_file = io.BytesIO(), io.BytesIO()
    write_dot(dot_file, Figure(resnet(), view), ExportOptions())
    write_mermaid(chart_file, Figure(resnet(), view), ExportOptions())
    totals = "34 weighted layers, 21.8 M parameters, 3.66 G MACs"
    assert totals in dot_file.getvalue().decode()
    head = chart_file.getvalue().decode().splitlines()[:3]
    assert head == ["---", f'title: "A, the \\"first\\", {totals}"', "---"]


def test_that_graph_languages_hide_what_pictures_hide() -> None:
    view = View(detail="layer", hide=frozenset({"batchnorm", "head"}))
    file = io.BytesIO()
    write_dot(file, Figure(resnet(), view), ExportOptions())
    text = file.getvalue().decode()
    assert "BatchNorm" not in text
    assert "avg_pool" not in text
    assert "Conv 3×3, 64→64" in text
