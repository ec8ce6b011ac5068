"""Costs as values; numbers from the published figures."""

from __future__ import annotations

import pytest

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.cost.charts.stage_spans import spans_of
from resnet_viz.gui.cost.model import MEASURES, Costs, Measure, bars_of, costs_of, items_at
from resnet_viz.gui.diagram.selection import calls_of, leaving_call
from resnet_viz.layout.view import DETAILS, Detail, View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import ModelFile
from tests.qt.gui.conftest import document_of
from tests.support.graphs import submodels
from tests.support.pictures.fixed_measurer import FixedMeasurer

IDENTITY, PROJECTION = 231_211_008, 179_830_784  # the board's, summed from the facts


def costs(document: Document, detail: Detail = "block", measure: Measure = "macs") -> Costs:
    return costs_of(document, document.numbers.memory, detail=detail, measure=measure)


def test_that_bars_are_the_blocks_with_their_macs(resnet34: Document) -> None:
    result = costs(resnet34)
    firsts = {"conv3_1", "conv4_1", "conv5_1"}
    blocks = {bar.title: bar.value for bar in result.bars if "_" in bar.title}
    assert len(blocks) == 16
    for title, value in blocks.items():
        assert value == (PROJECTION if title in firsts else IDENTITY)
    assert [bar.title for bar in result.bars][:2] == ["conv1", "conv2_1"]
    assert result.bars[0].value == 118_013_952
    assert result.bars[-1].value == 512_000
    assert result.title == "MACs per block, millions"
    assert [result.short(bar.value) for bar in result.bars[:2]] == ["118.0", "231.2"]
    assert result.short(512_000) == "0.5"


def test_that_shares_are_the_stages_of_the_facts(resnet34: Document) -> None:
    result = costs(resnet34)
    assert result.total == 3_663_761_408
    assert [(share.title, share.value) for share in result.shares] == [
        ("conv1", 118_013_952),
        ("conv2_x", 693_633_024),
        ("conv3_x", 873_463_808),
        ("conv4_x", 1_335_885_824),
        ("conv5_x", 642_252_800),
        ("head", 512_000),
    ]
    texts = [result.share_text(share.value) for share in result.shares]
    assert texts == ["3.2 %", "18.9 %", "23.8 %", "36.5 %", "17.5 %", "< 0.1 %"]


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("measure", list(MEASURES))
def test_that_bars_add_up_to_the_stages_and_the_stages_to_the_total(
    resnet34: Document, detail: Detail, measure: Measure
) -> None:
    result = costs(resnet34, detail, measure)
    assert sum(bar.value or 0 for bar in result.bars) == result.total
    assert sum(share.value for share in result.shares) == result.total
    assert result.running()[-1] == pytest.approx(1)
    assert all(a <= b for a, b in zip(result.running(), result.running()[1:], strict=False))


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", ["resnet34", "tutorial_resnet34"])
def test_that_items_are_the_pictures_cards(name: str, detail: Detail) -> None:
    document = document_of(name)
    shown = picture(document, View(detail=detail, repeats="all"), FixedMeasurer(), run_dot)
    cards = {item.target for item in shown.items if item.kind in ("card", "join") and item.target}
    items = items_at(document, detail)
    groups = {item for item in items if item.kind == "group"}
    assert groups == {card for card in cards if card.kind == "group"}
    assert len(items) == len(set(items))
    held = [call for item in items for call in calls_of(document, None, (item,))]
    assert sorted(held) == sorted(call.id for call in document.graph.calls)


def test_that_parameters_of_a_stage_are_all_of_them(resnet34: Document) -> None:
    result = costs(resnet34, measure="parameters")
    assert result.total == 21_797_672 + 17_024


def test_that_one_barred_stages_have_the_bars_name_and_others_numbers(resnet34: Document) -> None:
    spans = spans_of(costs(resnet34))
    titles = [(span.title, span.last - span.first + 1, span.numbered) for span in spans]
    assert titles == [
        ("conv1", 1, False), ("conv2_x", 3, True), ("conv3_x", 4, True), ("conv4_x", 6, True),
        ("conv5_x", 3, True), ("fc", 1, False),
    ]  # fmt: skip


def test_that_selected_groups_calls_and_stages_find_their_bars(resnet34: Document) -> None:
    result = costs(resnet34)

    def titles(*targets: Target) -> list[str]:
        return [
            result.bars[index].title for index in sorted(bars_of(resnet34, None, result, targets))
        ]

    assert titles(Target("group", "conv3_1")) == ["conv3_1"]
    assert titles(Target("call", "conv3_1_bn_b")) == ["conv3_1"]
    assert titles(Target("group", "conv5_x")) == ["conv5_1", "conv5_2", "conv5_3"]
    assert titles(Target("edge", "anything")) == []
    shortcut = resnet34.structure.shortcuts_by_block["conv4_1"][0].id
    assert titles(Target("shortcut", shortcut)) == ["conv4_1"]


def test_that_targets_stand_for_their_calls(resnet34: Document) -> None:
    block = calls_of(resnet34, None, (Target("group", "conv3_1"),))
    assert len(block) == 9
    assert block[0] == "conv3_1_conv_a"
    assert leaving_call(resnet34, None, Target("group", "conv3_1")) == "conv3_1_relu"
    assert leaving_call(resnet34, None, Target("call", "conv1")) == "conv1"
    assert calls_of(resnet34, None, (Target("group", "nowhere"),)) == ()


def test_that_a_submodels_stages_are_shares_where_they_are_columns() -> None:
    document = make_document(ModelFile("x.keras"), "x", submodels.transfer())
    result = costs(document)
    titles = [share.title for share in result.shares]
    assert titles[:-1] == ["224×224", "conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x"]
    assert result.shares[0].target.id == document.structure.stages[0]
    assert result.shares[0].value == 0  # the input and its augmentation
    # 7·7·3·64 at 112², then 3·3·64·64 at 56² twice in each of two blocks
    assert [share.value for share in result.shares[1:3]] == [118_013_952, 4 * 115_605_504]
    assert sum(share.value for share in result.shares) == result.total
    by_title = {bar.title: bar for bar in result.bars}
    assert result.shares[by_title["conv2_1"].stage].title == "conv2_x"
    assert by_title["conv2_1"].token == result.shares[by_title["conv2_1"].stage].token
    outer = costs(document, detail="stage")
    assert [share.target.id for share in outer.shares] == list(document.structure.stages)


@pytest.mark.parametrize("detail", DETAILS)
def test_that_what_is_in_a_submodel_counts_to_the_stage_around_it(detail: Detail) -> None:
    document = make_document(ModelFile("x.keras"), "x", submodels.siamese())
    result = costs(document, detail=detail)
    calls_by_stage = [set(document.structure.by_id[each.target.id].calls) for each in result.shares]
    for bar in result.bars:
        group = document.structure.by_id.get(bar.target.id)
        calls = {bar.target.id} if group is None else set(group.calls)
        assert calls <= calls_by_stage[bar.stage]
