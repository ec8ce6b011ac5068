"""Sheets of the inspector; numbers published or computed here from the layers' definitions."""

from __future__ import annotations

from math import comb

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.inspector.path_chart import PathChart
from resnet_viz.gui.inspector.sheets.select import sheet_of, sheet_of_model
from resnet_viz.gui.inspector.sheets.types import Sheet
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import ModelFile
from tests.qt.gui.conftest import document_of
from tests.support.graphs import architectures as nets
from tests.support.pictures.fixed_measurer import FixedMeasurer


def sheet(document: Document, kind: str, name: str, shown: DisplayList | None = None) -> Sheet:
    result = sheet_of(document, shown, (Target(kind, name),))  # type: ignore[arg-type]
    assert result is not None
    return result


def drawn(document: Document) -> DisplayList:
    return picture(document, View(), FixedMeasurer(), run_dot)


def test_that_a_projection_block_shows_both_branches_step_by_step(resnet34: Document) -> None:
    result = sheet(resnet34, "group", "conv3_1")
    assert result.badge == "residual block"
    assert [link.text for link in result.crumbs] == ["ResNet-34", "conv3_x", "block 1 of 4, basic"]
    assert result.shapes == ("56×56×64", "28×28×128")
    branch, shortcut, join = result.sections
    assert [(s.title, s.weights) for s in branch.steps] == [
        ("Conv 3×3 /2", f"{3 * 3 * 64 * 128:,}"),
        ("BatchNorm", "256"),
        ("ReLU", "·"),
        ("Conv 3×3", f"{3 * 3 * 128 * 128:,}"),
        ("BatchNorm", "256"),
    ]
    assert branch.steps[0].subtitle == "64 → 128"
    assert {step.out for step in branch.steps} == {"28×28×128"}
    assert (shortcut.note, shortcut.shortcut_kind) == ("projection", "projection")
    assert [s.weights for s in shortcut.steps] == ["8,192", "256"]
    assert [s.title for s in join.steps] == ["Add", "ReLU"]


def test_that_a_blocks_tiles_are_the_boards(resnet34: Document) -> None:
    tiles = {
        tile.name: (tile.value, tile.note) for tile in sheet(resnet34, "group", "conv3_1").tiles
    }
    assert tiles["Trainable parameters"] == ("230,144", "of which BN 768")
    assert tiles["MACs"] == ("180 M", "179,830,784")
    assert tiles["Receptive field"] == ("83×83", "59 at block input")
    assert tiles["Non-trainable"][0] == "768"


def test_that_a_blocks_formulas_are_the_boards(resnet34: Document) -> None:
    rows = {
        row.name: (row.text, row.result) for row in sheet(resnet34, "group", "conv3_1").formulas
    }
    assert rows["out H, W"] == ("⌈56 / 2⌉", "28")
    assert rows["MACs"] == ("28·28·(73,728 + 147,456 + 8,192)", "179,830,784")
    assert rows["field"] == ("59 + 2·4 + 2·8", "83")


def test_that_an_identity_block_says_what_its_shortcut_skips(resnet34: Document) -> None:
    text = sheet(resnet34, "group", "conv3_2").text()
    assert "Shortcut identity" in text
    assert "skipped  5 layers" in text
    assert "231,211,008" in text
    assert "28×28, as every stride is 1" in text


def test_that_a_call_says_how_its_numbers_follow(resnet34: Document) -> None:
    result = sheet(resnet34, "call", "conv1")
    text = result.text()
    assert "type  Conv2D" in text
    assert "kernel  7×7" in text
    assert "padding  same" in text
    assert "⌈224 / 2⌉ = 112" in text
    assert "= 9,408" in text
    assert "= 118,013,952" in text
    assert result.shapes == ("224×224×3", "112×112×64")


def test_that_the_receptive_field_grows_as_in_the_facts(resnet34: Document) -> None:
    fields = [27, 43, 59, 83, 115, 147, 179, 227, 291, 355, 419, 483, 547, 643, 771, 899]
    for block, side in zip(resnet34.structure.blocks, fields, strict=True):
        row = next(r for r in sheet(resnet34, "group", block.id).formulas if r.name == "field")
        assert row.result == str(side)
        start, *terms = row.text.split(" + ")
        products = (term.split("·") for term in terms)
        assert int(start) + sum(int(a) * int(b) for a, b in products) == side


def test_that_a_stage_shows_its_totals_and_blocks(resnet34: Document) -> None:
    result = sheet(resnet34, "group", "conv4_x")
    text = result.text()
    assert "6,822,400" in text
    assert "1,335,885,824" in text
    assert "36.5 %" in text
    assert [step.title for step in result.sections[0].steps] == [f"conv4_{n}" for n in range(1, 7)]


def test_that_the_head_has_no_receptive_field(resnet34: Document) -> None:
    tiles = {tile.name: tile.value for tile in sheet(resnet34, "group", "head").tiles}
    assert tiles["Receptive field"] == "–"
    assert tiles["Trainable parameters"] == "513,000"


def test_that_an_edge_shows_its_tensor_and_both_ends(resnet34: Document) -> None:
    shown = drawn(resnet34)
    name = next(key for key, each in shown.tensors.items() if each.ref.call == "conv2_3_relu")
    result = sheet(resnet34, "edge", name, shown)
    assert result.title == "56×56×64"
    ends = {fact.name: [link.text for link in fact.links] for fact in result.facts}
    assert ends["from"] == ["conv2_3_relu"]
    assert "conv3_1_conv_a" in ends["to"]
    assert "= 200,704" in result.text()
    assert "= 784 KiB" in result.text()


def test_that_a_shortcut_shows_kind_ends_and_weights(resnet34: Document) -> None:
    name = resnet34.structure.shortcuts_by_block["conv3_1"][0].id
    result = sheet(resnet34, "shortcut", name)
    text = result.text()
    assert result.badge == "projection"
    assert result.shapes == ("56×56×64", "28×28×128")
    assert "entry  conv2_3_relu" in text
    assert "join  conv3_1_add" in text
    assert "Trainable parameters  8,448" in text
    assert len(result.sections[1].steps) == 5


def test_that_the_tutorials_shortcuts_are_pooled() -> None:
    document = document_of("tutorial_resnet34")
    result = sheet(document, "group", document.structure.blocks[0].id)
    assert result.sections[1].note == "pooled"
    assert [step.title for step in result.sections[1].steps] == ["MaxPool", "Conv 1×1"]


def test_that_every_group_call_and_shortcut_has_a_sheet(resnet34: Document) -> None:
    for group in resnet34.structure.groups:
        assert sheet(resnet34, "group", group.id).text()
    for call in resnet34.graph.calls:
        assert sheet(resnet34, "call", call.id).text()
    for shortcut in resnet34.structure.shortcuts:
        assert sheet(resnet34, "shortcut", shortcut.id).text()


def test_that_blocks_without_a_shortcut_and_repeats_have_sheets_of_their_own() -> None:
    mobile = make_document(ModelFile("mobile.keras"), "MobileNetV2", nets.mobilenet_v2())
    block = sheet(mobile, "group", mobile.structure.blocks[0].id)
    assert block.badge == "block, no shortcut"
    assert [section.title for section in block.sections] == ["Inside"]
    model = make_document(ModelFile("model.keras"), "transformer", nets.transformer(2))
    layer = sheet(model, "group", "encoder layer 2")
    assert layer.badge == "repeat"
    assert [step.title for step in layer.sections[0].steps] == ["attention 2", "mlp 2"]
    for document in (mobile, model):
        assert all(sheet(document, "group", group.id).text() for group in document.structure.groups)


def test_that_targets_that_do_not_exist_have_no_sheet(resnet34: Document) -> None:
    assert sheet_of(resnet34, None, ()) is None
    assert sheet_of(resnet34, None, (Target("group", "nowhere"),)) is None
    assert sheet_of(resnet34, None, (Target("edge", "nowhere"),)) is None


def selected(document: Document, *targets: Target) -> Sheet:
    result = sheet_of(document, None, targets)
    assert result is not None
    return result


def test_that_several_are_summed_up(resnet34: Document) -> None:
    result = selected(resnet34, *(Target("group", f"conv2_{number}") for number in (1, 2, 3)))
    assert result.title == "3 selected"
    names, *sums = result.facts
    assert [link.text for link in names.links] == ["conv2_1", "conv2_2", "conv2_3"]
    facts = {fact.name: fact.text for fact in sums}
    # three blocks of two convolutions of 3·3·64·64 weights, each with a normalisation of 4·64
    assert facts["weights"] == f"{6 * (36_864 + 128):,} trainable + {6 * 128:,} non-trainable"
    assert facts["MACs"] == f"{6 * 36_864 * 56 * 56:,}"
    assert "between" not in facts


def test_that_of_two_what_lies_between_is_shown(resnet34: Document) -> None:
    result = selected(resnet34, Target("group", "conv3_3"), Target("group", "conv3_1"))
    assert result.shapes == ("28×28×128", "28×28×128")
    (between,) = result.sections
    assert (between.title, between.note) == ("Between", "7 layers")  # all of conv3_2
    start = [fact.name for fact in result.facts].index("between")
    assert [fact.text for fact in result.facts[start:]][:3] == [
        "7 layers",
        f"{2 * (147_456 + 256):,} trainable + {2 * 256:,} non-trainable",
        f"{2 * 147_456 * 28 * 28:,}",
    ]


def test_that_neighbours_and_branches_side_by_side_have_nothing_between(
    resnet34: Document,
) -> None:
    near = selected(resnet34, Target("group", "conv3_1"), Target("group", "conv3_2"))
    apart = selected(
        resnet34, Target("call", "conv3_1_conv_a"), Target("call", "conv3_1_shortcut_conv")
    )
    assert near.facts[-1].text == "nothing: they are neighbours"
    assert apart.facts[-1].text == "no path joins them"
    assert not near.sections + apart.sections


def test_that_the_model_tells_how_many_paths_it_holds(resnet34: Document) -> None:
    result = sheet_of_model(resnet34)
    facts = {fact.name: fact.text for fact in result.facts}
    assert facts["paths"] == "65,536 = 2^16"
    assert result.paths == tuple(comb(16, taken) for taken in range(17))
    plain = sheet_of_model(document_of("plain34"))
    assert {fact.name: fact.text for fact in plain.facts}["paths"] == "1"
    assert plain.paths == ()
    deep = sheet_of_model(document_of("resnet152"))
    assert {fact.name: fact.text for fact in deep.facts}["paths"] == "2^50"


def test_that_the_path_chart_names_the_paths_of_each_length(qtbot: QtBot) -> None:
    chart = PathChart(tuple(comb(16, taken) for taken in range(17)), LIGHT)
    qtbot.addWidget(chart)
    chart.resize(272, chart.height())
    assert chart.tip_of(8) == "8 of 16 branches: 12,870 paths (20 %)"
    assert chart.tip_of(0) == "0 of 16 branches: 1 path (< 1 %)"
    heights = [chart.bar(taken).height() for taken in range(17)]
    assert heights[8] == max(heights)
    assert heights == pytest.approx(heights[::-1])
