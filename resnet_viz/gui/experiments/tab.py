"""Run tab: choose an experiment, run it on the open model and its counterpart, see the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from resnet_viz.errors import AppError
from resnet_viz.experiments.choices import KINDS, ExperimentKind
from resnet_viz.gui.dock.dock import TabWidget
from resnet_viz.gui.experiments.chart_view import ChartView
from resnet_viz.gui.experiments.choices_bar import ChoicesBar
from resnet_viz.gui.experiments.results import ExperimentResults
from resnet_viz.gui.experiments.runner import ExperimentRunner
from resnet_viz.gui.experiments.tour_panel import TourPanel
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import HintButton, Segments, column, label, row
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.protocol.experiment_messages import Experiment
from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.types import PythonFunction
from resnet_viz.typing_compat import override

Consent = Callable[[PythonFunction, Callable[[], None]], None]
"""Asks before a function of the user's is run, and then calls the second argument."""
HEIGHT: Final = 430
"""Height of the dock in which a result can be read."""
ABOUT: Final[dict[ExperimentKind, str]] = {
    "gradients": "Gradients of one batch, layer by layer, in the model and in its counterpart: "
    "do the first layers still get one?",
    "training": "Both networks learn the same pictures in the same order: loss, accuracy, and the "
    "gradient of every layer at each step.",
    "responses": "Response of every 3×3 layer, and the share by which each block changes what "
    "passes by (He et al. 2015, Fig. 7).",
    "deletion": "Loss and accuracy after each block is removed from the trained networks "
    "(Veit et al. 2016, Fig. 3).",
    "landscape": "Loss on a plane through the trained weights along two random, filter-normalised "
    "directions (Li et al. 2018).",
    "activations": "Feature maps of one picture around the selected block: input, shortcut, "
    "branch and sum.",
}


class RunTab(TabWidget):
    """Choices, a button, and the result so far."""

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        prompter: Prompter,
        results: ExperimentResults,
        *,
        consent: Consent,
        command: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._prompter = prompter
        self._results = results
        self._consent = consent
        self._kind: ExperimentKind = "gradients"
        self.runner = ExperimentRunner(results, self, command=command)
        self.kinds = Segments([(kind, kind.capitalize()) for kind in KINDS], name="Experiment")
        self.bar = ChoicesBar()
        self.run = HintButton("Run")
        self.pause = HintButton("Pause")
        self.cancel = HintButton("Cancel")
        self.picture = HintButton("Picture…")
        self.save = HintButton("Save result…")
        self.progress = label("", size=11.5, tone="text-2", tabular=True)
        self.about = label("", tone="text-3", wrap=True)
        self.view = ChartView(session.theme)
        self.tour = TourPanel()
        self._image = ""
        self._build()
        self._connect()
        self.kinds.set_value(self._kind)
        self.set_theme()
        self._follow()

    def _build(self) -> None:
        self.run.setProperty("primary", "true")
        self.about.setContentsMargins(14, 8, 14, 0)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        top = row(
            self.kinds, self.run, self.pause, self.cancel, self.picture, self.progress, 1, self.save
        )
        top.setContentsMargins(12, 6, 12, 4)
        self.tour.hide()
        charts = QWidget()
        charts.setLayout(column(top, self.bar, self.about, (self.view, 1)))
        layout = row(self.tour, spacing=0)
        layout.addWidget(charts, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        session, runner = self._session, self.runner
        self.kinds.chosen.connect(self.show_kind)
        self.run.clicked.connect(self.start)
        self.pause.clicked.connect(self._pause_or_resume)
        self.cancel.clicked.connect(runner.cancel)
        self.picture.clicked.connect(self._ask_picture)
        self.save.clicked.connect(self._ask_target)
        self.bar.folder_wanted.connect(self._ask_folder)
        runner.changed.connect(self._follow)
        self._results.changed.connect(self._follow)
        runner.failed.connect(self.failed)
        session.document_changed.connect(self._follow)
        session.selection_changed.connect(self._follow)
        session.theme_changed.connect(self.set_theme)

    def set_theme(self) -> None:
        """Use the session's theme."""
        theme = self._session.theme
        self.bar.set_theme(theme)
        self.view.set_theme(theme)
        self.tour.set_theme(theme)
        self.run.set_colors(text="on-accent", glyph=theme["on-accent"])
        for button in (self.pause, self.cancel, self.picture, self.save):
            button.set_colors(text="text", glyph=theme["text-2"])

    # -- tab of the dock -------------------------------------------------------------------------

    @property
    @override
    def hint(self) -> str:
        return "nothing recorded beforehand" if self._session.document is not None else ""

    @override
    def focus_widget(self) -> QWidget:
        return self.run if self.run.isEnabled() else self.cancel

    @override
    def stop(self) -> None:
        self.runner.stop()
        self.view.stop()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.room_wanted.emit(HEIGHT)

    def show_tour(self, *, shown: bool) -> None:
        """Show the panel of a tour in place of the choices, or the choices again."""
        self.tour.setVisible(shown)
        self._follow()

    # -- running ---------------------------------------------------------------------------------

    def show_kind(self, kind: ExperimentKind) -> None:
        """Show an experiment and its last result on the open model."""
        self._kind = kind
        self.kinds.set_value(kind)
        self._follow()

    def start(self) -> None:
        """Run the experiment that is shown."""
        document = self._session.document
        if document is None or self.runner.state != "idle":
            return
        try:
            choices = self.bar.choices(self._kind, at=self._selected_block(), image=self._image)
        except AppError as error:
            self.failed.emit(error)
            return
        experiment = Experiment(
            id=0,
            revision=0,
            kind=self._kind,
            source=document.source,
            choices=choices,
            alone=self.bar.against.value() == "none",
            folder=str(Path.cwd()),
        )
        if isinstance(document.source, PythonFunction):
            self._consent(document.source, lambda: self.runner.start(experiment))
        else:
            self.runner.start(experiment)

    def _selected_block(self) -> str:
        """Id of the selected block or call; "" for the first block."""
        chosen = [each for each in self._session.selection if each.kind in ("group", "call")]
        return chosen[-1].id if chosen else ""

    def _pause_or_resume(self) -> None:
        if self.runner.state == "paused":
            self.runner.resume()
        else:
            self.runner.pause()

    def _follow(self) -> None:
        """Show the state of the runner and the result of the experiment."""
        document, runner = self._session.document, self.runner
        state = runner.state
        result = None if document is None else self._results.result(document.source, self._kind)
        self.run.setEnabled(document is not None and state == "idle")
        self.run.set_text("Run" if result is None else "Run again")
        self.pause.setVisible(state in ("running", "paused"))
        self.pause.set_text("Continue" if state == "paused" else "Pause")
        self.cancel.setVisible(state != "idle")
        self.cancel.setEnabled(state != "cancelling")
        self.picture.setVisible(self._kind == "activations")
        self.save.setVisible(result is not None)
        self.progress.setText(runner.progress)
        self.bar.setEnabled(state == "idle")
        for part in (self.kinds, self.bar, self.run):  # a tour chooses by itself
            part.setVisible(self.tour.isHidden())
        self.bar.show_kind(self._kind)
        self.about.setText(ABOUT[self._kind])
        self.about.setVisible(result is None)
        self.view.show_result(result)
        self.hint_changed.emit()

    # -- files -----------------------------------------------------------------------------------

    def _ask_picture(self) -> None:
        self._prompter.ask_image(self, self._preferences.folder("picture"), self._use_picture)

    def _use_picture(self, path: str) -> None:
        self._preferences.remember_folder("picture", str(Path(path).parent))
        self._image = path
        self.picture.set_text(Path(path).name)

    def _ask_folder(self) -> None:
        self._prompter.ask_folder(self, self._preferences.folder("picture"), self.bar.set_folder)

    def _ask_target(self) -> None:
        document = self._session.document
        if document is not None:
            name = f"{document.graph.name}-{self._kind}.json"
            path = str(Path(self._preferences.folder("export")) / name)
            self._prompter.ask_result_target(self, path, self.write)

    def write(self, path: str) -> None:
        """Write the shown result to a file."""
        result = self.view.result
        if result is None:
            return
        from resnet_viz.exports.experiment_files import write_result

        self._preferences.remember_folder("export", str(Path(path).parent))
        try:
            write_result(result, Path(path))
        except AppError as error:
            self.failed.emit(error)
