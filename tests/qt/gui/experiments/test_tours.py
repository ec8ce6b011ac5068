"""Guided tours in the window: pages fill while experiments run, and point at what they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from resnet_viz.experiments.tours import texts
from resnet_viz.gui.experiments.tab import RunTab
from resnet_viz.gui.experiments.tour_guide import TourGuide
from tests.support.engine_processes import fake_engine
from tests.support.window.app_driver import AppDriver


class Touring:
    """A window on a tour, whose engine does as its mode says."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, folder: Path, mode: str) -> None:
        self.driver = AppDriver(qtbot, qapp, folder, fake_engine(mode))
        self.driver.open("resnet18")
        self.driver.do("help.tour.shortcuts")
        self.guide: TourGuide = self.driver.program.command_handlers.tour_guide
        tab = self.driver.window.bottom.content("run")
        assert isinstance(tab, RunTab)
        self.tab, self.panel = tab, tab.tour

    def until_left(self, words: str) -> None:
        self.driver.qtbot.waitUntil(lambda: words in self.panel.left.text(), timeout=60_000)


@pytest.fixture
def touring(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> Iterator[Touring]:
    made = Touring(qtbot, qapp, tmp_path, getattr(request, "param", "good"))
    yield made
    made.driver.close()


def test_that_a_tour_opens_its_model_and_runs_its_experiments(touring: Touring) -> None:
    touring.until_left(texts.DONE)
    assert str(touring.driver.session.document.source) == "cifar_resnet56"
    assert touring.panel.isVisible()
    assert touring.panel.position.text() == "1 of 6"
    touring.panel.next.click()
    assert touring.tab.kinds.value() == "gradients"
    assert "0.5, 2.5 times that of the last" in touring.panel.text.text()  # 0.5 / 0.2
    assert texts.WAITING not in touring.panel.text.text()


def test_that_a_page_points_at_canvas_and_chart(touring: Touring) -> None:
    touring.until_left(texts.DONE)
    touring.panel.next.click()
    session = touring.driver.session
    assert session.selection == (Target("call", "conv1"),)
    assert session.view.color_by == "gradient"
    touring.panel.next.click()
    assert session.view.color_by == "stage"
    assert session.selection == ()


@pytest.mark.parametrize("touring", ["waits"], indirect=True)
def test_that_a_tour_tells_the_time_and_is_cancelled(touring: Touring) -> None:
    touring.driver.qtbot.waitUntil(lambda: touring.tab.runner.state == "running", timeout=60_000)
    assert "about 4 min more" in touring.panel.left.text()  # 30, 170 and 60 s
    touring.panel.end.click()
    touring.driver.qtbot.waitUntil(lambda: touring.tab.runner.state == "idle")
    assert not touring.panel.isVisible()
    assert touring.guide.tour is None


@pytest.mark.parametrize("touring", ["kill_on_experiment"], indirect=True)
def test_that_a_dead_engine_stops_the_tour_until_it_goes_on(touring: Touring) -> None:
    touring.until_left(texts.STOPPED)
    assert touring.panel.resume.isVisible()
    touring.panel.resume.click()
    touring.driver.qtbot.waitUntil(lambda: touring.tab.runner.state != "idle")
    assert not touring.panel.resume.isVisible()


def test_that_the_hasty_get_smaller_nets(touring: Touring) -> None:
    touring.panel.short.click()
    qtbot = touring.driver.qtbot
    qtbot.waitUntil(
        lambda: str(touring.driver.session.document.source) == "cifar_resnet20", timeout=60_000
    )
    touring.until_left(texts.DONE)
    assert not touring.panel.short.isVisible()


def test_that_another_model_ends_the_tour(touring: Touring) -> None:
    touring.driver.qtbot.waitUntil(
        lambda: str(touring.driver.session.document.source) == "cifar_resnet56"
    )
    touring.driver.open("resnet18")
    assert touring.guide.tour is None
    assert not touring.panel.isVisible()
