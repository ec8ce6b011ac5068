"""Pictures of a comparison: the union of both models, or the two side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from resnet_viz.comparison.statuses import (
    Statuses,
    statuses_of_a,
    statuses_of_b,
    statuses_of_union,
)
from resnet_viz.comparison.types import Comparison
from resnet_viz.comparison.union import ComparisonUnion, union_of
from resnet_viz.document import Document
from resnet_viz.drawing.comparison.marked import marked
from resnet_viz.drawing.comparison.summary import summary_items
from resnet_viz.drawing.comparison.views import unfolded
from resnet_viz.drawing.display_list import ALL, DisplayList, Item, Point, Rect, Text
from resnet_viz.drawing.legend.notes import caption_lines, finished, note_items
from resnet_viz.drawing.marks import extent_of, moved_picture
from resnet_viz.drawing.measure import Measurer
from resnet_viz.graph.failed_build import FailedBuild
from resnet_viz.layout.view import View

Draw: TypeAlias = Callable[[Document, View], DisplayList]
"""Draws a document, as ``compose.picture`` does with its measurer and Graphviz."""
_BETWEEN = 56.0
_HEAD = 30.0


class ComparedModels(msgspec.Struct, frozen=True, dict=True):
    """A comparison ready to be drawn again and again.

    Attributes:
        comparison: the comparison.
        of_a, of_b, of_union: what differs in each drawn model.
        union: both models in one; None for those that have nothing in common.
        failure: why b ends where it does, if it could not be built to its end.
    """

    comparison: Comparison
    of_a: Statuses
    of_b: Statuses
    union: ComparisonUnion | None
    of_union: Statuses | None
    failure: FailedBuild | None = None


def compared_models(comparison: Comparison) -> ComparedModels:
    """Prepare a comparison for drawing."""
    union = None if comparison.is_unrelated else union_of(comparison)
    of_union = None if union is None else statuses_of_union(comparison, union)
    return ComparedModels(
        comparison, statuses_of_a(comparison), statuses_of_b(comparison), union, of_union
    )


def drawn_model(document: Document, statuses: Statuses, view: View, draw: Draw) -> DisplayList:
    """A model with its differences marked, without a legend."""
    view = unfolded(document.structure, view, statuses)
    view = replace(view, legend=False, title="", caption="", totals=False)
    return marked(draw(document, view), document.structure, statuses)


def union_picture(
    models: ComparedModels, view: View, draw: Draw, measurer: Measurer
) -> DisplayList:
    """Both models in one picture; side by side if they have nothing in common."""
    if models.union is None or models.of_union is None:
        return side_by_side(models, view, draw, measurer)
    document = models.union.document
    shown = drawn_model(document, models.of_union, view, draw)
    return _finished(models, (models.of_union,), shown, view, measurer)


def side_by_side(models: ComparedModels, view: View, draw: Draw, measurer: Measurer) -> DisplayList:
    """The model before at the left, the one after at the right, what differs marked in both."""
    a, b = models.comparison.a, models.comparison.b
    left = drawn_model(a, models.of_a, view, draw)
    right = drawn_model(b, models.of_b, view, draw)
    by = left.bounds.right - right.bounds.x - 2 * view.margin + _BETWEEN
    parts = [
        moved_picture(left, "a:", (0.0, -left.bounds.y)),
        moved_picture(right, "b:", (by, -right.bounds.y)),
    ]
    items = [item for part in parts for item in part.items]
    for name, document, part in zip("AB", (a, b), parts, strict=True):
        corner = part.bounds.x + view.margin, part.bounds.y + view.margin
        items.append(_head(name, document, corner, measurer))
    extent = parts[0].bounds.union(parts[1].bounds)
    bounds = Rect(extent.x, extent.y - _HEAD, extent.width, extent.height + _HEAD)
    notes = tuple(dict.fromkeys((*left.notes, *right.notes)))
    both = DisplayList(bounds, tuple(items), notes=notes)
    return _finished(models, (models.of_a, models.of_b), both, view, measurer)


def _head(name: str, document: Document, corner: Point, measurer: Measurer) -> Item:
    x, y = corner
    text = f"{name}  {document.title}"
    width = measurer.width(text, 14.0, 700)
    rect = Rect(x, y - _HEAD, width, 20.0)
    mark = Text(x, y - _HEAD + 15.0, text, 14.0, "text", 700, lod=ALL)
    return Item(f"head:{name}", "title", None, rect, (mark,), level=5)


def _finished(
    models: ComparedModels,
    statuses: tuple[Statuses, ...],
    shown: DisplayList,
    view: View,
    measurer: Measurer,
) -> DisplayList:
    """The picture with its title, legend, list and notes."""
    extent = shown.bounds.grown(-view.margin)
    items = list(shown.items)
    if view.legend:
        items += summary_items(models.comparison, statuses, extent, measurer)
        items += note_items(shown.notes, extent_of(items), measurer)
    bounds, all_items = finished(items, view, caption_lines(view), measurer)
    return replace(shown, items=all_items, bounds=bounds)
