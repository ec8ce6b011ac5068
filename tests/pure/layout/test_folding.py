"""Stages folded into columns, and all in one row: what fits best, in the order that one reads."""

from __future__ import annotations

from itertools import pairwise

import pytest

from resnet_viz.drawing.display_list import DisplayList, Rect
from resnet_viz.exports.request import PictureRequest
from resnet_viz.layout.view import Arrangement, Detail, View
from tests.support.pictures.drawn import DETAILS, boxes, drawn

MODELS = ("resnet34", "tutorial_resnet34", "densenet121", "mobilenet_v2", "unet", "vgg16")


def scale(shown: DisplayList, aspect: float) -> float:
    """Scale at which the picture fills a page of height 1."""
    return min(aspect / shown.bounds.width, 1.0 / shown.bounds.height)


def panels(model: str, layout: Arrangement, detail: Detail = "block") -> list[Rect]:
    return [rect for _, rect in boxes(drawn(model, View(layout=layout, detail=detail)), "panel")]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("aspect", [0.7, 1.0, 16 / 9, 3.0])
def test_that_wrap_is_as_large_on_a_page_as_every_other_layout(model: str, aspect: float) -> None:
    wrapped = scale(drawn(model, View(layout="wrap", aspect=aspect)), aspect)
    for layout in ("stages", "column", "row"):
        other = drawn(model, View(layout=layout))
        assert wrapped > 0.9 * scale(other, aspect), layout  # the legend's place is guessed


def test_that_the_tutorial_is_twice_as_large_as_with_a_column_a_stage() -> None:
    wrapped = drawn("tutorial_resnet34", View(layout="wrap", aspect=1.0))
    stages = drawn("tutorial_resnet34", View(layout="stages"))
    assert scale(wrapped, 1.0) > 1.9 * scale(stages, 1.0)


@pytest.mark.parametrize("detail", DETAILS[1:])
@pytest.mark.parametrize("model", MODELS)
def test_that_stages_follow_each_other_down_a_column_or_at_the_top_of_the_next(
    model: str, detail: Detail
) -> None:
    top = panels(model, "wrap", detail)[0].y
    for before, panel in pairwise(panels(model, "wrap", detail)):
        below = panel.y > before.bottom and panel.x == before.x
        next_to = panel.x > before.right and panel.y == top
        assert below or next_to


@pytest.mark.parametrize("model", MODELS)
def test_that_a_row_has_all_stages_beside_each_other(model: str) -> None:
    row = panels(model, "row")
    assert len({panel.y for panel in row}) == 1
    assert all(panel.x > before.right for before, panel in pairwise(row))


def test_that_a_row_is_no_higher_than_its_highest_card() -> None:
    cards = [rect for _, rect in boxes(drawn("resnet34", View(layout="row")), "card")]
    assert len(cards) == 21  # 16 blocks; input, conv1, max pool, average pool, fc
    assert all(before.right < card.x for before, card in pairwise(cards))


def test_that_the_page_of_a_request_is_what_wrap_folds_for() -> None:
    request = PictureRequest(layout="snake", width="20cm", height="10cm")
    assert (request.view().layout, request.view().aspect) == ("wrap", 2.0)
    assert PictureRequest(width=900).view().aspect == View().aspect
