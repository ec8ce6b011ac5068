"""Replacement of characters that cannot be shown on one line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.paint.printable import printable


def test_that_line_ends_controls_and_turns_of_direction_are_replaced() -> None:
    assert printable("a\nb\x00c\u202ed\ud800") == "a\ufffdb\ufffdc\ufffdd\ufffd"


def test_that_letters_of_all_scripts_stay() -> None:
    assert printable("conv3_1 3×3 합성곱 畳み込み é 😀") == "conv3_1 3×3 합성곱 畳み込み é 😀"


@given(st.text(st.characters()))
def test_that_the_result_is_one_line_of_the_same_length_that_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert len(shown.splitlines()) <= 1
    shown.encode()
