"""Colour tokens of the themes: complete, and as readable as the board promises."""

from __future__ import annotations

from itertools import pairwise

import pytest

from resnet_viz.drawing.display_list import Text
from resnet_viz.drawing.themes import DARK, LIGHT, OPS, STAGES, THEMES, Theme, contrast, stage_token
from resnet_viz.layout.view import View
from tests.support.pictures.drawn import drawn, every_picture

both = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@both
@pytest.mark.parametrize(("token", "least"), [("text", 10.9), ("text-2", 6.7), ("text-3", 5.0)])
def test_that_text_is_as_readable_as_the_board_says(theme: Theme, token: str, least: float) -> None:
    for ground in ("surface", "canvas", "app", "hover", "accent-bg"):
        assert contrast(theme[token], theme[ground]) >= least - 0.06, ground


@both
@pytest.mark.parametrize("stage", STAGES)
def test_that_a_stages_header_reads_on_its_own_tint(theme: Theme, stage: str) -> None:
    assert contrast(theme[f"{stage}.text"], theme[f"{stage}.fill"]) >= 4.7


@both
@pytest.mark.parametrize("op", OPS)
def test_that_a_glyph_stands_out_from_the_card(theme: Theme, op: str) -> None:
    assert contrast(theme[op], theme["card"]) >= 3.0


@both
def test_that_labels_read_on_every_heat_bin(theme: Theme) -> None:
    for number in range(1, 8):
        assert contrast(theme[f"heat{number}.text"], theme[f"heat{number}"]) >= 4.5


def test_that_stages_past_the_fifth_cycle_without_equal_neighbours() -> None:
    tokens = [stage_token(index, head=False) for index in range(20)]
    assert all(a != b for a, b in pairwise(tokens))
    assert tokens[:6] == ["stage1", "stage2", "stage3", "stage4", "stage5", "stage2"]
    assert stage_token(3, head=True) == "head"


@every_picture
def test_that_every_token_of_a_picture_is_in_every_theme(model: str, view: View) -> None:
    used: set[str] = set()
    for item in drawn(model, view).items:
        for mark in item.marks:
            used |= {mark.color} if isinstance(mark, Text) else {mark.fill, mark.stroke}
    for theme in THEMES.values():
        assert used - {""} <= set(theme.colors)
