"""Comparisons and their pictures for the window, made in a worker thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from resnet_viz.comparison.compare import compare
from resnet_viz.comparison.statuses import Statuses
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.comparison.failure import with_failure
from resnet_viz.drawing.comparison.pictures import ComparedModels, compared_models, drawn_model
from resnet_viz.drawing.comparison.views import differences_only
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.measure import Measurer
from resnet_viz.graph.failed_build import FailedBuild
from resnet_viz.layout.open_state import with_open
from resnet_viz.layout.view import View
from resnet_viz.services.dot_budget import DotBudget
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.types import Source

Side: TypeAlias = Literal["a", "b", "union"]
"""A picture of the compare view: each model, or both in one."""


class SideDocument(msgspec.Struct, frozen=True):
    """The document of a picture, and what differs in it."""

    document: Document
    statuses: Statuses


class ComparedViews(msgspec.Struct, frozen=True):
    """Options of the pictures of a comparison.

    Attributes:
        views: by side; the sides that are shown.
        only_differences: close what is equal.
    """

    views: dict[Side, View]
    only_differences: bool = False


class ComparedPictures(msgspec.Struct, frozen=True):
    """Drawn comparison.

    Attributes:
        models: the comparison.
        wanted: the options that it was drawn with.
        pictures: by side.
    """

    models: ComparedModels
    wanted: ComparedViews
    pictures: dict[Side, DisplayList]


def side_document(models: ComparedModels, side: Side) -> SideDocument:
    """The document of a side; of the union that of the model after if they share nothing."""
    comparison = models.comparison
    if side == "a":
        return SideDocument(comparison.a, models.of_a)
    if side == "union" and models.union is not None and models.of_union is not None:
        return SideDocument(models.union.document, models.of_union)
    return SideDocument(comparison.b, models.of_b)


def effective_view(models: ComparedModels, side: Side, wanted: ComparedViews) -> View:
    """The view of a side with what is equal closed, if that is wanted."""
    view = wanted.views[side]
    if not wanted.only_differences:
        return view
    shown = side_document(models, side)
    return differences_only(shown.document.structure, view, shown.statuses)


def compared_pictures(
    models: ComparedModels,
    wanted: ComparedViews,
    measurer: Measurer,
    is_cancelled: Callable[[], bool],
) -> ComparedPictures:
    """Draw the sides of a comparison.

    Raises:
        Cancelled: as soon as ``is_cancelled`` says so while Graphviz runs.
    """
    dot = DotBudget(cancelled=is_cancelled)

    def draw(document: Document, view: View) -> DisplayList:
        return picture(document, view, measurer, dot)

    pictures: dict[Side, DisplayList] = {}
    for side in wanted.views:
        shown = side_document(models, side)
        view = effective_view(models, side, wanted)
        pictures[side] = drawn_model(shown.document, shown.statuses, view, draw)
    return ComparedPictures(models, wanted, pictures)


def compared(a: Document, b: Document) -> ComparedModels:
    """Compare two documents, ready to be drawn."""
    return compared_models(compare(a, b))


def compared_with_failure(
    before: Document | None, build: FailedBuild, source: Source
) -> ComparedModels:
    """Compare the last model that could be built with what was built of the next one.

    Args:
        before: the last one; None if there is none.
        build: what was built.
        source: of both.
    """
    after = make_document(source, f"{source_title(source)} up to line {build.line}", build.graph)
    return with_failure(compared(before or after, after), build)


def with_failure_open(models: ComparedModels, wanted: ComparedViews) -> ComparedViews:
    """The views with the groups around a failing call open; all of them if nothing failed."""
    if models.failure is None:
        return wanted
    views = dict(wanted.views)
    for side in views.keys() & {"b", "union"}:
        structure = side_document(models, side).document.structure
        name = models.failure.call
        if side == "union" and models.union is not None:
            name = models.union.from_b[name]
        group = structure.innermost_group.get(name)
        if group is not None:
            views[side] = with_open(structure, views[side], (group,))
    return msgspec.structs.replace(wanted, views=views)
