"""Guide of a tour: runs its experiments one after another while the user reads its pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from resnet_viz.drawing.display_list import Target
from resnet_viz.experiments.results import Result
from resnet_viz.experiments.tours import texts
from resnet_viz.experiments.tours.numbers import filled, numbers_of
from resnet_viz.experiments.tours.plan import Tour, TourName, TourRun, tour_of
from resnet_viz.gui.commands.table import TOURS
from resnet_viz.gui.experiments.results import ExperimentResults
from resnet_viz.gui.experiments.tab import RunTab
from resnet_viz.gui.session import Session
from resnet_viz.protocol.experiment_messages import Experiment
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.types import Source


class TourGuide(QObject):
    """Leads through a tour in the Run tab; another model, or the user, ends it.

    Args:
        session: has the open model.
        tab: shows the pages beside the charts.
        results: of the experiments.
        open_source: opens a model.
        command: does a command by its id, if it is enabled.
    """

    def __init__(
        self,
        session: Session,
        tab: RunTab,
        results: ExperimentResults,
        *,
        open_source: Callable[[Source], None],
        command: Callable[[str], None],
    ) -> None:
        super().__init__(tab)
        self._session = session
        self._tab = tab
        self._results = results
        self._open_source = open_source
        self._command = command
        self._tour: Tour | None = None
        self._step = 0
        self._measured: dict[str, Result] = {}
        self._running: TourRun | None = None
        self._before: Result | None = None
        self._waiting: list[TourRun] = []
        self._pace = 1.0
        self._elapsed = 0.0
        panel = tab.tour
        panel.stepped.connect(lambda by: self.go(self._step + by))
        panel.short_wanted.connect(self._start_short)
        panel.resumed.connect(self._run_next)
        panel.ended.connect(self.end)
        session.document_changed.connect(self._on_document)
        results.changed.connect(self._on_results)
        tab.runner.changed.connect(self._on_runner)

    @property
    def tour(self) -> Tour | None:
        """The tour that is on; None if none is."""
        return self._tour

    def start(self, name: TourName, *, is_short: bool = False) -> None:
        """Open the tour's model and begin with its experiments and its first page."""
        self.end()
        tour = tour_of(name, is_short=is_short)
        self._tour, self._step = tour, 0
        self._measured, self._waiting, self._pace = {}, list(tour.runs), 1.0
        panel = self._tab.tour
        panel.title.setText(dict(TOURS)[name])
        panel.short.set_text(texts.SHORT[name])
        panel.short.setVisible(not is_short)
        self._tab.show_tour(shown=True)
        if self._is_open:
            self._on_document()
        else:
            self._open_source(tour.source)
        self._show()

    def go(self, step: int) -> None:
        """Show a page, by its number from 0, with what it speaks of."""
        tour = self._tour
        if tour is None or not 0 <= step < len(tour.steps):
            return
        self._step = step
        self._show()
        self._point()

    def end(self) -> None:
        """End the tour and its experiments; what was measured is kept."""
        if self._tour is None:
            return
        self._tour, self._waiting = None, []
        self._tab.show_tour(shown=False)
        self._tab.view.mark(None)
        if self._running is not None:
            self._running = None
            self._tab.runner.cancel()

    # -- experiments -----------------------------------------------------------------------------

    @property
    def _is_open(self) -> bool:
        document = self._session.document
        return (
            document is not None
            and self._tour is not None
            and (document.source == self._tour.source)
        )

    def _start_short(self) -> None:
        if self._tour is not None:
            self.start(self._tour.name, is_short=True)

    def _on_document(self) -> None:
        if self._tour is None:
            return
        if not self._is_open:
            self.end()
        elif not self._measured and self._running is None:
            self._run_next()
            self._point()

    def _run_next(self) -> None:
        tour = self._tour
        if tour is None or not self._waiting or self._tab.runner.state != "idle":
            return
        run = self._waiting[0]
        self._running = run
        self._before = self._results.result(tour.source, run.kind)
        self._tab.runner.start(
            Experiment(
                id=0,
                revision=0,
                kind=run.kind,
                source=tour.source,
                choices=run.choices,
                against=tour.against,
                folder=str(Path.cwd()),
            )
        )

    def _on_results(self) -> None:
        tour, run = self._tour, self._running
        if tour is None or run is None:
            return
        result = self._results.result(tour.source, run.kind)
        if result is not None and result is not self._before:
            self._measured[run.name] = result
            self._show()
            self._color()

    def _on_runner(self) -> None:
        runner, run = self._tab.runner, self._running
        if self._tour is None:
            return
        if runner.measurement is not None and run is not None:
            self._elapsed = runner.measurement.elapsed
        if runner.state == "idle" and run is not None:
            self._running = None
            result = self._measured.get(run.name)
            if result is not None and result.finding:
                self._pace = self._elapsed / run.seconds
                self._waiting.pop(0)
                self._run_next()
        elif runner.state == "idle" and not self._measured:
            self._run_next()  # another experiment was on when the tour began
        self._show_left()

    # -- pages -----------------------------------------------------------------------------------

    def _show(self) -> None:
        tour = self._tour
        if tour is None:
            return
        step = tour.steps[self._step]
        heading, text = texts.PAGES[step.name]
        first = tour.runs[0].choices
        numbers = {
            "model": source_title(tour.source),
            "counterpart": source_title(tour.against),
            "seed": str(first.seed),
            "batch": str(first.batch),
            **numbers_of(self._measured),
        }
        self._tab.tour.show_page(
            heading, filled(text, numbers), number=self._step + 1, count=len(tour.steps)
        )
        self._show_left()

    def _show_left(self) -> None:
        panel, runner = self._tab.tour, self._tab.runner
        is_stopped = bool(self._waiting) and self._running is None and runner.state == "idle"
        panel.resume.setVisible(is_stopped and self._is_open)
        if not self._waiting:
            panel.left.setText(texts.DONE)
        elif is_stopped and self._is_open:
            panel.left.setText(texts.STOPPED)
        else:
            panel.left.setText(texts.LEFT.format(time=_time(self._seconds_left())))

    def _seconds_left(self) -> float:
        measurement = self._tab.runner.measurement
        left = sum(run.seconds for run in self._waiting) * self._pace
        if self._running is None or measurement is None or measurement.remaining is None:
            return left
        return left - self._running.seconds * self._pace + measurement.remaining

    def _point(self) -> None:
        """Show on canvas and charts what the page speaks of."""
        tour = self._tour
        if tour is None or not self._is_open:
            return
        step = tour.steps[self._step]
        run = tour.run(step.run)
        if run is not None:
            self._tab.show_kind(run.kind)
        self._tab.view.mark(step.panel)
        self._session.select(tuple(Target("call", call) for call in step.calls))
        self._color()

    def _color(self) -> None:
        """Colour the canvas by the page's quantity as soon as it is measured."""
        tour = self._tour
        if tour is None or not self._is_open:
            return
        step = tour.steps[self._step]
        wanted = step.quantity if step.quantity and step.run in self._measured else "stage"
        if self._session.view.color_by != wanted:
            self._command(f"view.color.{wanted}")


def _time(seconds: float) -> str:
    """A duration in words: "40 s", "3 min"."""
    if seconds < 90:
        return texts.SECONDS.format(count=max(5, round(seconds / 5) * 5))
    return texts.MINUTES.format(count=round(seconds / 60))
