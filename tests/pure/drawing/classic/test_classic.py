"""The classic figure: the lines and arcs of He et al. (2015), Fig. 3, for any model."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from resnet_viz.drawing.classic.column import ClassicColumn, classic_column
from resnet_viz.drawing.classic.figure import classic_picture
from resnet_viz.drawing.display_list import DisplayList, Item, Path, Target, Text
from resnet_viz.layout.view import View
from tests.support.pictures.drawn import (
    MEASURE,
    MODELS,
    boxes,
    crossings,
    document,
    overlap,
    text_box,
    within,
)

PAPER = [
    "image", "7×7 conv, 64, /2", "max pool, /2",
    *["3×3 conv, 64"] * 6,
    "3×3 conv, 128, /2", *["3×3 conv, 128"] * 7,
    "3×3 conv, 256, /2", *["3×3 conv, 256"] * 11,
    "3×3 conv, 512, /2", *["3×3 conv, 512"] * 5,
    "avg pool", "fc 1000",
]  # fmt: skip
"""The 34-layer column of the paper's Fig. 3 from top to bottom."""


def column(model: str) -> ClassicColumn:
    return classic_column(document(model), View())


def figure(*models: str) -> DisplayList:
    return classic_picture([document(model) for model in models], View(style="classic"), MEASURE)


def texts(item: Item) -> list[str]:
    return [mark.text for mark in item.marks if isinstance(mark, Text)]


@pytest.mark.parametrize("model", ["resnet34", "plain34"])
def test_that_the_34_layers_are_the_lines_of_the_paper(model: str) -> None:
    assert [line.text for line in column(model).lines] == PAPER


def test_that_vgg16_has_the_lines_of_its_paper() -> None:
    convs = [f"3×3 conv, {width}" for width in (64, 128, 256, 512, 512)]
    groups = [
        [conv] * count + ["max pool, /2"]
        for conv, count in zip(convs, (2, 2, 3, 3, 3), strict=True)
    ]
    lines = ["image", *(line for group in groups for line in group)]
    assert [line.text for line in column("vgg16").lines] == [
        *lines, "fc 4096", "fc 4096", "fc 1000",
    ]  # fmt: skip


def test_that_each_of_16_arcs_passes_two_lines_and_three_change_the_size() -> None:
    arcs = column("resnet34").arcs
    assert [arc.end - arc.start for arc in arcs] == [2] * 16
    kinds = [arc.shortcut.kind for arc in arcs if arc.shortcut]
    assert kinds == (
        ["identity"] * 3
        + ["projection"] + ["identity"] * 3
        + ["projection"] + ["identity"] * 5
        + ["projection"] + ["identity"] * 2
    )  # fmt: skip


def test_that_every_line_follows_the_one_above_in_a_chain() -> None:
    plain = column("plain34")
    assert plain.steps == frozenset(range(len(PAPER) - 1))
    assert plain.arcs == ()


def test_that_bottlenecks_have_three_lines_and_no_line_for_the_projection() -> None:
    first = [line.text for line in column("resnet50").lines][3:6]
    assert first == ["1×1 conv, 64", "3×3 conv, 64", "1×1 conv, 256"]


def test_that_identity_arcs_are_solid_and_projections_dashed() -> None:
    arcs = [item for item in figure("resnet34").items if item.kind == "shortcut"]
    dashes = [next(mark for mark in arc.marks if isinstance(mark, Path)).dash for arc in arcs]
    assert sum(not dash for dash in dashes) == 13
    assert sum(bool(dash) for dash in dashes) == 3


def test_that_a_line_stands_for_all_calls_of_its_unit_and_no_others() -> None:
    first = figure("resnet34").by_id["group:conv3_1_conv_a"]
    names = ("conv3_1_conv_a", "conv3_1_bn_a", "conv3_1_relu_a")
    assert first.also == tuple(Target("call", name) for name in names)
    hidden = {each.id for item in figure("resnet34").items for each in item.also}
    assert not {"conv3_1_shortcut_conv", "conv3_1_add"} & hidden


def test_that_columns_have_titles_and_equal_sizes_at_equal_heights() -> None:
    shown = figure("vgg16", "plain34", "resnet34")
    heads = [item for item in shown.items if item.id.endswith("head")]
    assert [texts(head) for head in heads] == [["vgg16"], ["plain34"], ["resnet34"]]
    assert len({head.bounds.y for head in heads}) == 1
    labels = [text for item in shown.items for text in texts(item) if text.startswith("output")]
    assert labels == [f"output size: {size}" for size in (224, 112, 56, 28, 14, 7, 1)]
    starts = [
        item.bounds.y
        for item in shown.items
        if item.kind == "card" and item.id[0] in "12" and texts(item)[0] == "3×3 conv, 256, /2"
    ]
    assert len(starts) == 2
    assert len(set(starts)) == 1


def test_that_sizes_stand_beside_each_column_where_one_grows_again() -> None:
    shown = figure("unet", "resnet34")
    labels = [item.id for item in shown.items if any("output size" in t for t in texts(item))]
    assert {label[:2] for label in labels} == {"0:", "1:"}


@pytest.mark.parametrize("model", MODELS)
def test_that_nothing_lies_on_anything_else(model: str) -> None:
    shown = figure(model)
    cards = boxes(shown, "card")
    for (_, above), (_, below) in pairwise(sorted(cards, key=lambda card: card[1].y)):
        assert above.bottom < below.y
    assert crossings(shown) == []
    words = [
        text_box(mark)
        for item in shown.items
        if item.kind != "legend"
        for mark in item.marks
        if isinstance(mark, Text)
    ]
    assert not any(overlap(a, b) for a, b in combinations(words, 2))
    assert all(within(shown.bounds, item.bounds) for item in shown.items)
    assert len({item.id for item in shown.items}) == len(shown.items)


@pytest.mark.parametrize("model", MODELS)
def test_that_every_tensor_is_a_step_or_an_arc(model: str) -> None:
    shown = column(model)
    reached = {step + 1 for step in shown.steps} | {arc.end for arc in shown.arcs}
    fed = {number for number, line in enumerate(shown.lines) if line.color} - {0}
    assert fed <= reached | {0}


def test_that_both_runs_of_a_shared_encoder_end_where_their_outputs_meet() -> None:
    shown = column("siamese")
    ends = {(arc.end, arc.below) for arc in shown.arcs if arc.shortcut is None and arc.below}
    assert ends == {(len(shown.lines) - 2, True)}  # below the second encoder, above the last layer
    words = [line.text for line in shown.lines if not line.color]
    assert words == ["left", "right", "encoder", "encoder:1"]
