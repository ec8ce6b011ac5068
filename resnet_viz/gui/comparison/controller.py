"""Controller of the compare view: which models, which pictures, what is selected."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Final

from PySide6.QtCore import QObject

from resnet_viz.document import Document
from resnet_viz.drawing.comparison.pictures import ComparedModels
from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.measure import Measurer
from resnet_viz.errors import Cancelled
from resnet_viz.graph.failed_build import FailedBuild
from resnet_viz.gui.comparison.ends import EndFinder
from resnet_viz.gui.comparison.exporting import ComparisonExporter
from resnet_viz.gui.comparison.page import SIDES, ComparisonPage
from resnet_viz.gui.comparison.rows import DifferenceEnds, difference_list
from resnet_viz.gui.session import Session
from resnet_viz.gui.targets import toggle, visible_targets
from resnet_viz.gui.window.window import MainWindow
from resnet_viz.layout.view import Detail, View, with_detail
from resnet_viz.services.comparison_pictures import (
    ComparedPictures,
    ComparedViews,
    Side,
    compared,
    compared_pictures,
    compared_with_failure,
    effective_view,
    side_document,
    with_failure_open,
)
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.sources.types import Source

_START: Final[dict[Side, View]] = {side: View() for side in SIDES}


class ComparisonController(QObject):
    """Compares two documents in a worker thread and shows them.

    Args:
        session: knows the theme.
        window: shows the page.
        measurer: measures text of pictures.
        exporter: writes pictures.
        show_error: reports an exception.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        *,
        measurer: Measurer,
        exporter: ComparisonExporter,
        show_error: Callable[[Exception], None],
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._measurer = measurer
        self._exporter = exporter
        self._show_error = show_error
        self.page = ComparisonPage(session.theme)
        self._worker = Worker("comparison", self)
        self._worker.ended.connect(self._ended)
        self._ticket = 0
        self._cancelled = Event()
        self._views = dict(_START)
        self._layout = "side"
        self._only = False
        self.models: ComparedModels | None = None
        self._finder: EndFinder | None = None
        self._shown: ComparedPictures | None = None
        self._wanted_pair: tuple[Document, Document] | None = None
        self._selection: tuple[DifferenceEnds, ...] = ()
        self.name_of: Callable[[Document], str] = lambda document: document.title
        self._anchors: dict[Side, Target] = {}
        self._connect()

    def _connect(self) -> None:
        bar = self.page.bar
        bar.back.connect(self.close)
        bar.swapped.connect(self.swap)
        bar.detail.chosen.connect(self._set_detail)
        bar.layout_choice.chosen.connect(self._set_layout)
        bar.only.toggled.connect(self._set_only)
        bar.sync.toggled.connect(self._set_sync)
        bar.exported.connect(self._export)
        for side, canvas in self.page.canvases.items():
            canvas.picked.connect(lambda targets, side=side: self._pick(side, targets))
            canvas.toggle_requested.connect(lambda group, side=side: self._toggle(side, group))
        self.page.differences.chosen.connect(self.choose)
        self._session.theme_changed.connect(lambda: self.page.set_theme(self._session.theme))
        self._window.stopped.connect(self.stop)

    @property
    def is_open(self) -> bool:
        """True while the compare view is shown."""
        return self._window.page is self.page

    @property
    def pair(self) -> tuple[Document, Document] | None:
        """The models that are compared, or are about to be."""
        return self._wanted_pair

    @property
    def pictures(self) -> ComparedPictures | None:
        """The pictures that are shown."""
        return self._shown

    @property
    def selection(self) -> tuple[DifferenceEnds, ...]:
        """Both ends of what is selected."""
        return self._selection

    def compare(self, a: Document, b: Document) -> None:
        """Show two models, once they are compared and drawn."""
        self._wanted_pair = (a, b)
        self._start(lambda: compared(a, b))

    def show_failure(self, before: Document | None, build: FailedBuild, source: Source) -> None:
        """Show what was built of a model up to the failing call, beside the one before, if any."""
        if before is None:
            self._layout = "union"
        self._wanted_pair = None
        self._start(lambda: compared_with_failure(before, build, source))

    def _start(self, make: Callable[[], ComparedModels]) -> None:
        """Compare and draw in the thread, with what failed open to be seen."""
        view = with_detail(View(), self._views["a"].detail)
        self._views = dict.fromkeys(SIDES, view)
        wanted, cancelled = self._wanted(), self._begin()

        def job() -> ComparedPictures:
            models = make()
            shown = with_failure_open(models, wanted)
            return compared_pictures(models, shown, self._measurer, cancelled.is_set)

        self._ticket = self._worker.submit(job)

    def compare_quietly(
        self, a: Document, b: Document, then: Callable[[ComparedModels], None]
    ) -> None:
        """Compare two models without showing them."""
        worker = Worker("comparison of versions", self)

        def ended(outcome: Outcome) -> None:
            worker.stop()
            worker.deleteLater()
            if isinstance(outcome.value, ComparedModels):
                then(outcome.value)
            elif outcome.error is not None:
                self._show_error(outcome.error)

        worker.ended.connect(ended)
        worker.submit(lambda: compared(a, b))

    def swap(self) -> None:
        """Exchange the models."""
        if self._wanted_pair is not None:
            a, b = self._wanted_pair
            self.compare(b, a)

    def close(self) -> None:
        """Return to the single model."""
        if self.is_open:
            self._window.close_page()

    def _export(self) -> None:
        if self.models is not None:
            side = self.page.shown[0]
            self._exporter.ask(
                self.models.comparison,
                effective_view(self.models, side, self._wanted()),
                self._session.theme,
                is_split=side != "union",
            )

    def stop(self) -> None:
        """End the thread."""
        self._cancelled.set()
        self._worker.stop()

    # -- pictures --------------------------------------------------------------------------------

    def _wanted(self) -> ComparedViews:
        sides: tuple[Side, ...] = ("union",) if self._layout == "union" else ("a", "b")
        return ComparedViews({side: self._views[side] for side in sides}, self._only)

    def _begin(self) -> Event:
        """Cancel the job that runs; the event that cancels the next."""
        self._cancelled.set()
        self._worker.cancel(self._ticket)
        self._cancelled = Event()
        return self._cancelled

    def _redraw(self) -> None:
        models = self.models
        if models is None:
            return
        wanted, cancelled = self._wanted(), self._begin()
        self._ticket = self._worker.submit(
            lambda: compared_pictures(models, wanted, self._measurer, cancelled.is_set)
        )

    def _ended(self, outcome: Outcome) -> None:
        if outcome.ticket != self._ticket:
            return
        if isinstance(outcome.value, ComparedPictures):
            self._prepare(outcome.value, list(outcome.value.pictures))
        elif outcome.error is not None and not isinstance(outcome.error, Cancelled):
            self._show_error(outcome.error)

    def _prepare(self, made: ComparedPictures, sides: list[Side]) -> None:
        """Compile the pictures one after the other, then show them together."""
        if not sides:
            self._show(made)
            return
        side, *rest = sides
        canvas = self.page.canvases[side]
        canvas.prepare(made.pictures[side], lambda: self._prepare(made, rest))

    def _show(self, made: ComparedPictures) -> None:
        is_new = made.models is not self.models
        if is_new:
            self._take_models(made.models)
        before, self._shown = self._shown, made
        is_first = is_new or before is None or made.pictures.keys() != before.pictures.keys()
        self.page.show_layout(self._layout)
        self.page.bar.detail.set_value(self._views["a"].detail)
        if not self.is_open:
            self._window.show_page(self.page, head=self.page.bar.height())
        with self.page.link.apart():
            for side, picture in made.pictures.items():
                canvas = self.page.canvases[side]
                if is_first:
                    canvas.show_picture(None)
                canvas.show_picture(
                    picture,
                    anchor=self._anchors.get(side),
                    animate=not is_first,
                    stays_fitted=not self._anchors,
                )
        self._anchors = {}
        self._views.update(made.wanted.views)
        failure = made.models.failure
        if is_new and failure is not None:
            end = DifferenceEnds(None, Target("call", failure.call))
            self._select((end,), revealed=self.page.shown)
        else:
            self._select(self._selection, revealed=())

    def _take_models(self, models: ComparedModels) -> None:
        comparison = models.comparison
        self.models, self._finder = models, EndFinder(models)
        self._selection = ()
        self._wanted_pair = (models.comparison.a, models.comparison.b)
        page, a, b = self.page, comparison.a, comparison.b
        names = self.name_of(a), self.name_of(b)
        page.lines["a"].show_model("A", names[0], a)
        page.lines["b"].show_model("B", names[1], b)
        page.lines["union"].show_both(comparison)
        document = self._session.document
        page.bar.show_models(*names, back=a.title if document is None else document.title)
        page.bar.layout_choice.button("union").setEnabled(models.union is not None)
        if models.union is None:
            self._layout = "side"
        page.differences.show_groups(difference_list(models))
        page.totals.show_comparison(comparison)

    # -- choices ---------------------------------------------------------------------------------

    def _set_detail(self, detail: Detail) -> None:
        self._views = {side: with_detail(view, detail) for side, view in self._views.items()}
        self._redraw()

    def _set_layout(self, layout: str) -> None:
        self._layout = layout
        self._redraw()

    def _set_only(self, only: bool) -> None:
        self._only = only
        self._redraw()

    def _set_sync(self, is_on: bool) -> None:
        self.page.link.is_on = is_on
        self.page.link.anchor()

    def _toggle(self, side: Side, group: str) -> None:
        """Open or close a group, and the one that is the same in the other picture."""
        if self.models is None or self._finder is None:
            return
        opened: dict[Side, str] = {side: group}
        if side != "union":
            partner = self._finder.partner_group(side, group)
            if partner is not None:
                opened["b" if side == "a" else "a"] = partner
        wanted = self._wanted()
        for each, name in opened.items():
            structure = side_document(self.models, each).document.structure
            view = effective_view(self.models, each, wanted)
            self._views[each] = toggle(structure, view, name)
            self._anchors[each] = Target("group", name)
        if self._only:  # what the reader opens stays open
            self._only = False
            self.page.bar.only.blockSignals(True)
            self.page.bar.only.setChecked(False)
            self.page.bar.only.blockSignals(False)
        self._redraw()

    # -- selection -------------------------------------------------------------------------------

    def choose(self, ends: tuple[DifferenceEnds, ...]) -> None:
        """Select and reveal both ends of differences."""
        self._select(ends, revealed=self.page.shown)

    def _pick(self, side: Side, targets: tuple[Target, ...]) -> None:
        if self._finder is None or side == "union":
            return
        other: Side = "b" if side == "a" else "a"
        self._select(self._finder.ends_of(side, targets), revealed=(other,))

    def _select(self, ends: tuple[DifferenceEnds, ...], *, revealed: tuple[Side, ...]) -> None:
        self._selection = ends
        for side in self.page.shown:
            self.page.canvases[side].select(self._visible(side, ends))
        with self.page.link.apart():
            for side in revealed:
                shown = self._visible(side, ends[:1]) or self._near(side, ends[:1])
                if shown:
                    self.page.canvases[side].reveal(shown[0])
        matches = [
            (left[0], right[0])
            for each in ends
            if (left := self._visible("a", (each,))) and (right := self._visible("b", (each,)))
        ]
        self.page.handles.show_matches(tuple(dict.fromkeys(matches)))

    def _near(self, side: Side, ends: tuple[DifferenceEnds, ...]) -> tuple[Target, ...]:
        """Place in the picture of a side where a difference would be that its model has not."""
        if self._finder is None:
            return ()
        return self._visible(side, tuple(self._finder.near(side, each) for each in ends))

    def _visible(self, side: Side, ends: tuple[DifferenceEnds, ...]) -> tuple[Target, ...]:
        """Targets that stand for ends in the picture of a side."""
        if self._finder is None or self.models is None or self._shown is None:
            return ()
        picture = self._shown.pictures.get(side)
        if picture is None:
            return ()
        document = side_document(self.models, side).document
        found = (
            visible_targets(document, picture, target)
            for target in self._finder.targets(side, ends)
        )
        return tuple(dict.fromkeys(each for parts in found for each in parts))
