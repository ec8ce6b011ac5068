"""The Run tab: choices, progress, pause, cancel, results kept, faults of the engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from resnet_viz import assets
from resnet_viz.drawing.charts.experiment_picture import experiment_picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.errors import AppError
from resnet_viz.experiments.results import Result, TrainingResult
from resnet_viz.gui.experiments import chart_view
from resnet_viz.gui.experiments.results import ExperimentResults
from resnet_viz.gui.experiments.tab import ABOUT, RunTab
from resnet_viz.gui.session import Session
from resnet_viz.layout.view import View
from resnet_viz.services.experiments.result_store import ResultStore
from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.parse import parse_source
from tests.support.engine_processes import fake_engine
from tests.support.experiment_results import training_result
from tests.support.reports import builtin_document
from tests.support.window.app_driver import AppDriver, FakePrompter


class Run:
    """A Run tab on ResNet-18 with an engine that does as its mode says."""

    def __init__(self, qtbot: QtBot, folder: Path, mode: str) -> None:
        from resnet_viz.drawing.compose import picture
        from resnet_viz.paint.fonts import QtMeasurer
        from resnet_viz.services.dot_budget import DotBudget

        self.qtbot = qtbot
        self.prompter = FakePrompter()
        self.errors: list[AppError] = []
        self.session = session = Session()
        document = builtin_document("resnet18", "ResNet-18")
        session.set_document(document, View(), picture(document, View(), QtMeasurer(), DotBudget()))
        store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.results = ExperimentResults(session, ResultStore(folder / "results"))
        self.tab = RunTab(
            session,
            Preferences(store),
            self.prompter,
            self.results,
            consent=lambda _, then: then(),
            command=fake_engine(mode),
        )
        qtbot.addWidget(self.tab)
        self.tab.resize(1000, 420)
        self.tab.show()
        self.tab.failed.connect(self.errors.append)
        self.tab.show_kind("training")

    def until(self, state: str) -> None:
        self.qtbot.waitUntil(lambda: self.tab.runner.state == state, timeout=60_000)

    def picture(self) -> QImage:
        """The view once it has drawn what it shows."""
        self.tab.view.grab()
        self.qtbot.waitUntil(lambda: self.tab.view.is_current, timeout=60_000)
        return self.tab.view.grab().toImage()

    def result(self) -> TrainingResult | None:
        result = self.tab.view.result
        assert result is None or isinstance(result, TrainingResult)
        return result


@pytest.fixture
def run(request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path) -> Iterator[Run]:
    run = Run(qtbot, tmp_path, getattr(request, "param", "good"))
    yield run
    run.tab.stop()
    run.results.stop()


def test_that_an_experiment_says_what_it_shows_before_it_runs(run: Run) -> None:
    for kind, about in ABOUT.items():
        run.tab.show_kind(kind)
        assert run.tab.about.text() == about
        assert run.tab.about.isVisible()


def test_that_a_run_shows_its_result_and_can_be_run_again(run: Run) -> None:
    run.tab.run.click()
    assert not run.tab.run.isEnabled()
    assert run.tab.progress.text()
    run.until("idle")
    result = run.result()
    assert result is not None
    assert result.finding == run.tab.view.accessibleDescription()
    assert run.tab.run.accessibleName() == "Run again"
    assert not run.tab.about.isVisible()
    assert run.errors == []


@pytest.mark.parametrize("run", ["waits"], indirect=True)
def test_that_a_run_is_paused_continued_and_cancelled_with_what_was_measured(run: Run) -> None:
    run.tab.run.click()
    run.until("running")
    run.tab.pause.click()
    run.until("paused")
    assert run.tab.pause.accessibleName() == "Continue"
    run.tab.pause.click()
    run.until("running")
    run.tab.cancel.click()
    run.until("idle")
    assert run.result() == training_result(steps=2)  # as measured when it was paused
    assert not run.tab.cancel.isVisible()


@pytest.mark.parametrize("run", ["kill_on_experiment"], indirect=True)
def test_that_a_dead_engine_leaves_what_was_measured_and_a_sentence(run: Run) -> None:
    run.tab.run.click()
    run.until("idle")
    assert run.result() == training_result(steps=1)
    assert len(run.errors) == 1
    assert "kept" in str(run.errors[0])


def test_that_results_are_kept_for_each_experiment(run: Run) -> None:
    run.tab.run.click()
    run.until("idle")
    run.tab.show_kind("gradients")
    assert run.result() is None
    run.tab.show_kind("training")
    assert run.result() is not None


def test_that_only_training_experiments_have_fields_for_training(run: Run) -> None:
    assert run.tab.bar.training.isVisible()
    run.tab.show_kind("gradients")
    assert not run.tab.bar.training.isVisible()


def test_that_the_choices_are_those_of_the_fields(run: Run) -> None:
    bar = run.tab.bar
    bar.steps.setValue(50)
    bar.batch.setValue(16)
    bar.seed.setValue(3)
    bar.rate.setText("0.05")
    choices = bar.choices("training")
    assert (choices.steps, choices.batch, choices.seed) == (50, 16, 3)
    assert choices.learning_rate == 0.05


def test_that_a_rate_that_is_no_number_is_a_sentence(run: Run) -> None:
    run.tab.bar.rate.setText("fast")
    run.tab.run.click()
    assert run.tab.runner.state == "idle"
    assert "learning-rate" in str(run.errors[0])


def test_that_a_folder_of_pictures_is_used(run: Run, tmp_path: Path) -> None:
    run.prompter.folder = str(tmp_path)
    run.tab.bar.data.action("folder").trigger()
    assert run.tab.bar.choices("training").data == str(tmp_path)
    assert run.tab.bar.data.text() == tmp_path.name


def test_that_a_result_is_saved(run: Run, tmp_path: Path) -> None:
    run.tab.run.click()
    run.until("idle")
    run.prompter.target = str(tmp_path / "result.json")
    run.tab.save.click()
    saved = json.loads((tmp_path / "result.json").read_text())
    assert saved["experiment"] == "training"
    run.tab.write(str(tmp_path / "result.svg"))
    assert (tmp_path / "result.svg").read_bytes().startswith(b"<?xml")


def test_that_the_chart_is_drawn_in_the_theme_of_the_window(run: Run) -> None:
    run.tab.run.click()
    run.until("idle")
    for theme in (LIGHT, DARK):
        run.session.set_theme(theme)
        image = run.picture()
        colors = {image.pixelColor(x, y).name() for x in range(0, 900, 3) for y in range(200)}
        tokens = ("canvas", "card", "run1", "run2")
        assert {theme[token].lower() for token in tokens} <= colors


def test_that_numbers_are_seen_in_their_fields(run: Run) -> None:
    for spin in (run.tab.bar.batch, run.tab.bar.seed, run.tab.bar.steps):
        assert spin.lineEdit().width() > 30


def test_that_a_result_scrolls_where_it_does_not_fit(run: Run) -> None:
    run.tab.run.click()
    run.until("idle")
    run.tab.resize(700, 260)
    run.picture()
    bar = run.tab.view.verticalScrollBar()
    assert bar.maximum() > 0
    run.tab.resize(1000, 900)
    run.picture()
    assert bar.maximum() == 0


def test_that_results_are_drawn_aside_and_those_that_come_too_fast_are_left_out(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[threading.Thread, Result]] = []
    may_go_on = threading.Event()

    def slow_picture(result: Result, width: float, height: float) -> DisplayList:
        drawn.append((threading.current_thread(), result))
        assert may_go_on.wait(60)
        return experiment_picture(result, width, height)

    monkeypatch.setattr(chart_view, "experiment_picture", slow_picture)
    results = [training_result(steps=steps) for steps in range(2, 9)]
    for result in results:
        run.tab.view.show_result(result)
        run.tab.view.grab()
    assert not run.tab.view.is_current
    may_go_on.set()
    run.picture()
    assert [result for _, result in drawn] == [results[0], results[-1]]
    assert threading.main_thread() not in [thread for thread, _ in drawn]


def test_that_results_come_back_after_a_restart(run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    run.tab.run.click()
    run.until("idle")
    shown = run.result()
    assert shown is not None
    qtbot.waitUntil(lambda: len(list((tmp_path / "results").glob("*.result"))) == 1)
    again = Run(qtbot, tmp_path, "good")
    qtbot.waitUntil(lambda: again.result() == shown)
    again.tab.stop()
    again.results.stop()


@pytest.mark.parametrize("run", ["kill_on_experiment"], indirect=True)
def test_that_what_a_dead_engine_has_measured_comes_back_too(
    run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    run.tab.run.click()
    run.until("idle")
    qtbot.waitUntil(lambda: len(list((tmp_path / "results").glob("*.result"))) == 1)
    again = Run(qtbot, tmp_path, "good")
    qtbot.waitUntil(lambda: again.result() == training_result(steps=1))
    again.tab.stop()
    again.results.stop()


def test_that_a_model_file_that_has_changed_has_no_results(
    qtbot: QtBot, driver: AppDriver, tmp_path: Path
) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(assets.read_bytes("models/resnet18.json"))
    driver.open(str(path))
    results, source = driver.program.experiment_results, parse_source(str(path))
    qtbot.waitUntil(lambda: results.key(source) is not None)
    results.keep(source, "training", training_result())
    driver.do("file.reload")
    assert results.result(source, "training") == training_result()
    before = results.key(source)
    path.write_bytes(assets.read_bytes("models/resnet34.json"))
    driver.window.actions_by_id["file.reload"].trigger()
    qtbot.waitUntil(lambda: results.key(source) != before)
    assert results.result(source, "training") is None


def test_that_nothing_to_show_has_the_colour_of_the_tab_and_no_scroll_bar(run: Run) -> None:
    run.tab.run.click()
    run.until("idle")
    run.tab.resize(700, 260)
    run.picture()
    run.session.set_theme(DARK)
    run.tab.show_kind("gradients")
    assert run.tab.view.verticalScrollBar().maximum() == 0
    empty = run.tab.view.viewport().grab().toImage()
    assert empty.pixelColor(5, 5).name() == DARK["surface"].lower()


def test_that_a_marked_chart_is_framed_and_scrolled_to(run: Run) -> None:
    run.tab.run.click()
    run.until("idle")
    run.tab.resize(700, 260)
    before = run.picture()
    run.tab.view.mark(3)
    after = run.picture()
    assert run.tab.view.verticalScrollBar().value() > 0
    accent = LIGHT["accent"].lower()

    def framed(image: QImage) -> bool:
        points = ((x, y) for x in range(0, image.width(), 2) for y in range(image.height()))
        return any(image.pixelColor(x, y).name() == accent for x, y in points)

    assert framed(after)
    assert not framed(before)
