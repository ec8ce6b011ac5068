"""Numbers as text: marks, rounding and units."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.analysis.wording.numbers import (
    axes_text,
    bytes_text,
    count_text,
    counted,
    exact,
    marked,
    percent,
    precise_percent,
    ratio,
    scaled,
    short_count,
    short_number,
    side_text,
)


def test_that_unknown_zero_and_lower_bounds_have_marks() -> None:
    assert [count_text(value) for value in (None, 0, 57_802_752)] == ["–", "·", "57,802,752"]
    bounds = [count_text(value, at_least=True) for value in (None, 0, 1_000)]
    assert bounds == ["–", "–", "≥ 1,000"]  # a lower bound of zero says nothing
    assert marked(2048, bytes_text, at_least=True) == "≥ 2 KiB"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"), (512, "512 B"), (401_408, "392 KiB"), (3_211_264, "3.06 MiB"),
        (1_022 * 2**20, "1,022 MiB"), (1_023_590, "1,000 KiB"), (5 << 30, "5 GiB"),
        (1 << 40, "1 TiB"),
    ],
)  # fmt: skip
def test_that_bytes_have_three_digits_and_the_unit_that_fits(count: int, text: str) -> None:
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (231_211_008, "231 M"), (1_335_885_824, "1.34 G"), (8_015_300_000, "8.02 G"),
        (118_013_952, "118 M"), (57_802_752, "57.8 M"), (9_664, "9.66 K"), (512_000, "512 K"),
        (999_999, "1 M"), (512, "512"), (2e6, "2 M"), (0.25, "0.25"), (-5e6, "-5 M"),
        (3e15, "3,000 T"),
    ],
)  # fmt: skip
def test_that_numbers_have_three_digits_and_the_unit_that_fits(value: float, text: str) -> None:
    assert short_number(value) == text


def test_that_short_counts_have_three_digits() -> None:
    counts = (21_814_696, 3_663_761_408, 999_999, 512, 0, None)
    texts = ["21.8 M", "3.66 G", "1 M", "512", "0", "–"]
    assert [short_count(count) for count in counts] == texts


@given(st.integers(0, 10**12), st.integers(1, 10**9), st.integers(0, 3))
def test_that_scaling_rounds_halves_up_and_never_to_zero(
    value: int, size: int, decimals: int
) -> None:
    text = scaled(value, size, decimals)
    share, step = Fraction(value, size), Fraction(1, 10**decimals)
    if text.startswith("< "):
        assert 0 < share < step / 2
        assert Fraction(text[2:]) == step
    else:
        assert -step / 2 <= share - Fraction(text.replace(",", "")) < step / 2


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "text"),
    [
        (0, 8, 0, "0 %"), (0, 0, 0, "0 %"), (1, 16, 0, "6 %"), (1, 1000, 0, "< 1 %"),
        (999, 1000, 0, "> 99 %"), (8, 8, 0, "100 %"), (189, 1000, 1, "18.9 %"),
        (1, 10_000, 1, "< 0.1 %"), (9_999, 10_000, 1, "> 99.9 %"), (0, 8, 1, "0.0 %"),
    ],
)  # fmt: skip
def test_that_only_none_reads_zero_and_only_the_whole_a_hundred_percent(
    part: int, whole: int, decimals: int, text: str
) -> None:
    assert percent(part, whole, decimals=decimals) == text


def test_that_a_percentage_close_to_the_ends_has_two_digits() -> None:
    assert precise_percent(512_000, 3_663_761_408) == "0.014 %"
    assert precise_percent(221_184, 221_264) == "99.964 %"  # 80 of 221,264 are 0.036 %


def test_that_small_ratios_keep_two_digits_and_have_no_exponent() -> None:
    values = (None, 0.0, 1234.5, 18.7312, 0.01, 0.000_213_4)
    assert [ratio(value) for value in values] == ["–", "·", "1,234.50", "18.73", "0.01", "0.00021"]


def test_that_sizes_stand_for_each_axis_or_once_for_equal_ones() -> None:
    assert [axes_text(values) for values in (None, (8, 8), (-3, 0.5))] == ["–", "8×8", "−3×0.5"]
    assert [side_text(values) for values in (None, (83, 83), (5, 3))] == ["–", "83", "5×3"]


def test_that_a_jump_in_a_formula_is_never_rounded() -> None:
    values = (4, 0.5, 26 / 3, 262_144.0)
    assert [exact(value) for value in values] == ["4", "0.5", "26/3", "262144"]


def test_that_nouns_follow_their_count() -> None:
    texts = (counted(1, "layer"), counted(1_031, "layer"), counted(2, "box", "boxes"))
    assert texts == ("1 layer", "1,031 layers", "2 boxes")
