"""Search for the detail, the folding and the layout at which a picture's text is large enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from resnet_viz.document import Document
from resnet_viz.drawing.letters import smallest_letters
from resnet_viz.errors import UsageError
from resnet_viz.exports.figure import Figure, FigureRow
from resnet_viz.exports.options import DPI
from resnet_viz.exports.request import PictureRequest
from resnet_viz.exports.sizes.lengths import UNITS
from resnet_viz.exports.sizes.place import Place, place_of
from resnet_viz.layout.view import DETAILS, Detail, View, with_detail

MARGIN: Final = 8.0
"""Pixels around a fitted picture: the page has a margin of its own."""
LETTERS: Final = (0.0, 12.0, 13.0)
"""Least letters that are tried, in pixels; of larger ones the lines of a card would meet."""
_ASPECTS: Final = (1.0, 0.9, 1.12, 0.8, 1.25)
"""Ratios that are folded for, as shares of the place's: the legend takes its part."""
_ENOUGH: Final = 1.0 - 1e-6


class Fitted(msgspec.Struct, frozen=True):
    """A figure at its size in a place.

    Attributes:
        figure: the model and its view.
        width: of the picture in pixels, of which an inch has 96.
        text: size of the smallest text in such pixels.
    """

    figure: Figure
    width: float
    text: float


def figure_of(
    documents: Sequence[Document], request: PictureRequest
) -> tuple[Figure, PictureRequest]:
    """The figure that is asked for, and the request with its size if it is fitted into a place.

    Args:
        documents: the models, side by side if they are several.
        request: the options.

    Raises:
        UsageError: it does not fit, or the model has no group of an asked name.
        AppError: Qt can't be loaded, or Graphviz failed.
    """
    if request.fit is not None:
        return _fitted(documents, request)
    return _figure(documents, request), request


def _figure(
    documents: Sequence[Document], request: PictureRequest, view: View | None = None
) -> Figure:
    first, *others = (Figure(each, request.view_of(each, view)) for each in documents)
    return FigureRow(first.document, first.view, tuple(others)) if others else first


def _fitted(
    documents: Sequence[Document], request: PictureRequest
) -> tuple[Figure, PictureRequest]:
    """The figure that fits the place; refused with the size of its text, and with what fits."""
    place, least = place_of(request.fit), request.least_text()
    finest, *coarser = _details(request)
    asked = found = _best(documents, request, place, finest)
    for detail in coarser if request.detail is None else ():
        if found.text >= least * _ENOUGH:
            break
        found = _best(documents, request, place, detail)
    if found.text < least * _ENOUGH:
        raise UsageError(_refusal(documents, request, place, asked))
    return found.figure, _sized(request, place, found)


def _details(request: PictureRequest) -> tuple[Detail, ...]:
    """The detail that is asked for, or tried first, and all coarser ones."""
    if request.view().style == "classic":
        return (request.view().detail,)
    return DETAILS[DETAILS.index(request.view().detail) :: -1]


def _best(
    documents: Sequence[Document], request: PictureRequest, place: Place, detail: Detail
) -> Fitted:
    """The first set of pictures of a detail in which one has text that is large enough.

    Of a set the picture with the largest text is taken; of the last one if none has.
    """
    best: Fitted | None = None
    aspect = place.aspect / len(documents)  # models stand side by side
    for views in _sets(request, aspect, detail):
        for view in views:
            found = _placed(documents, request, place, view)
            best = found if best is None or found.text > best.text else best
        if best is not None and best.text >= request.least_text() * _ENOUGH:
            break
    assert best is not None
    return best


def _sets(request: PictureRequest, aspect: float, detail: Detail) -> Iterator[list[View]]:
    """Views of a detail: the usual folding and letters first, then larger letters, then folded."""
    usual = replace(with_detail(request.view(), detail), margin=MARGIN)
    foldings = [usual] if usual.repeats != "auto" else [usual, replace(usual, repeats="fold")]
    for folding in foldings:
        for letters in LETTERS:
            yield [*_layouts(request, aspect, replace(folding, letters=letters))]


def _layouts(request: PictureRequest, aspect: float, view: View) -> Iterator[View]:
    """The view in each layout that may be drawn."""
    if view.style == "card" and (request.layout is None or view.layout == "wrap"):
        for share in _ASPECTS:
            yield replace(view, layout="wrap", aspect=aspect * share)
    if view.layout != "wrap":
        yield view


def _placed(
    documents: Sequence[Document], request: PictureRequest, place: Place, view: View
) -> Fitted:
    figure = _figure(documents, request, view)
    bounds, (width, height) = figure.picture.bounds, place.size
    scale = min(width / bounds.width, height / bounds.height)
    text = scale * smallest_letters(figure.picture)
    return Fitted(figure, scale * bounds.width, text)


def _sized(request: PictureRequest, place: Place, found: Fitted) -> PictureRequest:
    """The request with a size instead of the place: as wide as it, as high as the picture."""
    is_high = place.fills or found.width < place.size[0] * _ENOUGH
    height = str(place.height) if is_high else None
    return replace(request, fit=None, min_text=None, width=str(place.width), height=height)


def _refusal(
    documents: Sequence[Document], request: PictureRequest, place: Place, asked: Fitted
) -> str:
    view, least = asked.figure.view, request.least_text()
    layout = f" in layout {view.layout}" if view.style == "card" else ""
    style = f" at {view.detail} detail" if view.style == "card" else " in style classic"
    sentence = (
        f"{asked.figure.name}{style} does not fit {place} with text of "
        f"{_points(least)}: its smallest text would be {_points(asked.text)}"
        f"{layout}; "
    )
    free = replace(request, layout=None)
    for detail in _details(request):
        for way in (request, free):
            found = _best(documents, way, place, detail)
            if found.text >= least * _ENOUGH:
                return f"{sentence}use {_difference(found.figure.view, view)}."
    return f"{sentence}use a larger place, or min_text {_points(asked.text)}."


def _difference(view: View, asked: View) -> str:
    """Words for the options by which ``view`` differs."""
    words = [f"detail {view.detail}"] * (view.detail != asked.detail)
    words += [f"layout {view.layout}"] * (view.layout != asked.layout)
    return " and ".join(words)


def _points(pixels: float) -> str:
    """A size in points, rounded down."""
    points = int(pixels * UNITS["pt"] / DPI * 10 + 1e-6) / 10
    return f"{points:g}pt"
