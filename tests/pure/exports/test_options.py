"""Sizes of exported pictures, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz.drawing.display_list import Rect
from resnet_viz.errors import UsageError
from resnet_viz.exports.options import ExportOptions, check_options, format_of, frame_of
from resnet_viz.exports.request import PictureRequest

BOUNDS = Rect(-10, -20, 400, 300)


def test_that_a_png_has_twice_the_pixels_and_192_dpi_by_default() -> None:
    frame = frame_of(BOUNDS, ExportOptions(), "png")
    assert (frame.width, frame.height, frame.dpi) == (800, 600, 192)


@pytest.mark.parametrize("format_", ["svg", "pdf"])
def test_that_vectors_have_the_pictures_own_size(format_: str) -> None:
    frame = frame_of(BOUNDS, ExportOptions(), format_)  # type: ignore[arg-type]
    assert (frame.width, frame.height, frame.dpi) == (400, 300, 96)


def test_that_a_width_keeps_the_ratio() -> None:
    frame = frame_of(BOUNDS, ExportOptions(width=1000), "png")
    assert (frame.width, frame.height, frame.scale, frame.dpi) == (1000, 750, 2.5, 240)


def test_that_a_height_keeps_the_ratio() -> None:
    assert frame_of(BOUNDS, ExportOptions(height=150), "png").width == 200


def test_that_width_and_height_fit_and_centre() -> None:
    frame = frame_of(BOUNDS, ExportOptions(width=1000, height=600), "png")
    assert (frame.width, frame.height, frame.scale) == (1000, 600, 2.0)
    assert (frame.left, frame.top) == (100, 0)


def test_that_fractions_are_rounded_up_so_that_nothing_is_cut() -> None:
    frame = frame_of(Rect(0, 0, 100.3, 50.0), ExportOptions(scale=1), "png")
    assert (frame.width, frame.height) == (101, 50)


def test_that_dpi_can_be_set() -> None:
    assert frame_of(BOUNDS, ExportOptions(dpi=300), "png").dpi == 300


@pytest.mark.parametrize("bounds", [Rect(0, 0, 1055.3, 722.1), Rect(0, 0, 300, 12_000.5)], ids=str)
def test_that_the_largest_scale_that_a_refusal_names_works(bounds: Rect) -> None:
    with pytest.raises(UsageError, match="too large") as caught:
        frame_of(bounds, ExportOptions(scale=400), "png")
    named = float(caught.value.message.partition("use scale ")[2].partition(" ")[0])
    frame_of(bounds, ExportOptions(scale=named), "png")
    with pytest.raises(UsageError):
        frame_of(bounds, ExportOptions(scale=named * 1.05), "png")


def test_that_a_refusal_names_the_size() -> None:
    with pytest.raises(UsageError, match="160,000×120,000 pixels"):
        frame_of(BOUNDS, ExportOptions(scale=400), "png")


def test_that_vectors_have_no_limit() -> None:
    assert frame_of(BOUNDS, ExportOptions(scale=1000), "svg").width == 400_000


@pytest.mark.parametrize(
    ("options", "format_", "reason"),
    [
        (ExportOptions(scale=2, width=100), "png", "cannot be combined"),
        (ExportOptions(scale=2, height=100), "pdf", "cannot be combined"),
        (ExportOptions(dpi=300), "svg", "SVG"),
        (ExportOptions(scale=-1), "png", "more than 0"),
        (ExportOptions(scale=float("nan")), "png", "more than 0"),
        (ExportOptions(width=0), "png", "more than 0"),
        (ExportOptions(width=50_000, height=40_001), "png", "too large"),
        (ExportOptions(outline_text=True), "pdf", "outline_text is for SVG"),
    ],
    ids=str,
)
def test_that_contradictions_are_refused(options: ExportOptions, format_: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        check_options(options, format_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "format_"), [("a.png", "png"), ("a.b.SVG", "svg"), ("x/y.Pdf", "pdf")]
)
def test_that_the_suffix_gives_the_format(name: str, format_: str) -> None:
    assert format_of(Path(name)) == format_


@pytest.mark.parametrize("name", ["a.gif", "a", ".png", "png", "a.png.txt", "a."])
def test_that_other_suffixes_are_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError, match=r"use \.png, \.svg"):
        format_of(Path(name))


def test_that_a_refused_size_is_named() -> None:
    with pytest.raises(UsageError, match=r"A PNG of 50,000×40,001 pixels is too large"):
        check_options(ExportOptions(width=50_000, height=40_001), "png")


def test_that_a_png_may_have_2_gigapixels_and_100_000_pixels_a_side() -> None:
    check_options(ExportOptions(width=100_000, height=20_000), "png")
    frame_of(Rect(0, 0, 1000, 200), ExportOptions(scale=100), "png")


@pytest.mark.parametrize("words", ["names, dtype", ["names", "dtype"], ("dtype", "names")])
def test_that_words_are_given_with_commas_or_in_a_list(words: str | list[str]) -> None:
    assert PictureRequest(show=words).view().show == {"names", "dtype"}
    assert not PictureRequest(hide="legend").view().legend


@pytest.mark.parametrize(("option", "word"), [("show", "dtipe"), ("hide", "batchnrom")])
def test_that_an_unknown_word_is_refused_with_the_nearest(option: str, word: str) -> None:
    with pytest.raises(UsageError, match="did you mean"):
        PictureRequest(**{option: word}).view()
