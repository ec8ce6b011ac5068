"""Figure of a comparison: both models in one picture or side by side, in every format."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from resnet_viz.comparison.statuses import NO_STATUSES, Statuses
from resnet_viz.comparison.types import Comparison
from resnet_viz.document import Document
from resnet_viz.drawing.comparison.looks import LOOKS
from resnet_viz.drawing.comparison.pictures import (
    ComparedModels,
    compared_models,
    side_by_side,
    union_picture,
)
from resnet_viz.drawing.comparison.summary import sign_texts
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.legend.notes import caption_lines
from resnet_viz.exports.figure import Figure, draw, start_qt
from resnet_viz.layout.view import View
from resnet_viz.reports.comparison_json import comparison_values
from resnet_viz.reports.comparison_lines import headline


class DrawnModel(msgspec.Struct, frozen=True):
    """A model of a comparison's figure, and what differs in it."""

    document: Document
    statuses: Statuses


class ComparisonFigure(Figure, frozen=True, dict=True):
    """A comparison and a view of it.

    Attributes:
        document: the union of both models; the model after if they have nothing in common.
        view: the options of the picture.
        models: the comparison, ready to be drawn.
        is_split: draw the models side by side.
    """

    models: ComparedModels
    is_split: bool = False

    @property
    def title(self) -> str:
        """Both models' titles."""
        return f"{self.models.comparison.a.title} → {self.models.comparison.b.title}"

    @property
    def description(self) -> str:
        """The outcome of the comparison in a sentence."""
        return f"Comparison: {self._headline}"

    @property
    def caption(self) -> tuple[str, ...]:
        """Lines below the picture; the totals are in its list."""
        return caption_lines(self.view)

    @property
    def key(self) -> tuple[str, ...]:
        """The outcome, and a line for each sign in the figure; () without a legend."""
        if not self.view.legend:
            return ()
        statuses = tuple(model.statuses for model in self.drawn_models)
        signs = sign_texts(self.models.comparison, statuses)
        return (self._headline, *(f"{LOOKS[each].sign} {text}" for each, text in signs.items()))

    @property
    def _headline(self) -> str:
        return headline(comparison_values(self.models.comparison))

    @property
    def drawn_models(self) -> tuple[DrawnModel, ...]:
        """The union, or the two models side by side."""
        models = self.models
        if models.union is not None and not self.is_split:
            return (DrawnModel(models.union.document, models.of_union or NO_STATUSES),)
        a, b = models.comparison.a, models.comparison.b
        return (DrawnModel(a, models.of_a), DrawnModel(b, models.of_b))

    def drawn(self, view: View) -> DisplayList:
        """The display list of a view, its differences marked.

        Raises:
            AppError: Qt can't be loaded, or Graphviz failed.
        """
        start_qt()
        from resnet_viz.paint.fonts import QtMeasurer

        write = side_by_side if self.is_split else union_picture
        return write(self.models, view, draw, QtMeasurer())


def comparison_figure(
    comparison: Comparison, view: View, *, is_split: bool = False, groups: Iterable[str] = ()
) -> ComparisonFigure:
    """Figure of a comparison.

    Args:
        comparison: the comparison.
        view: the options of the picture.
        is_split: draw the models side by side instead of both in one.
        groups: ids of groups to open, of either model; those that are in none are left closed.
    """
    models = compared_models(comparison)
    union = models.union
    document = comparison.b if union is None else union.document
    drawn = (comparison.a, comparison.b) if is_split or union is None else (document,)
    for each in drawn:
        known = tuple(group for group in groups if group in each.structure.by_id)
        view = _opened(each, view, known)
    return ComparisonFigure(document, view, models, is_split)


def _opened(document: Document, view: View, groups: tuple[str, ...]) -> View:
    from resnet_viz.layout.open_state import with_open

    return with_open(document.structure, view, groups) if groups else view
