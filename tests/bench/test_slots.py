"""No slot of the window's thread runs over 50 ms, whatever is done with a model of 5,000 calls.

python -m pytest tests/bench/test_slots.py --benchmark-only --benchmark-disable-gc -s

Each figure is one deed with all that it sets off in the window's thread, painting too: more than
the longest of its slots. What is made aside meanwhile is waited for between two rounds. Full
garbage collections wait in the window (gui/smoothness), so they are left out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.cost.charts.scatter import ScatterChart
from resnet_viz.gui.cost.model import costs_of
from resnet_viz.gui.cost.tab import CostTab
from resnet_viz.gui.layer_table.tab import LayersTab
from resnet_viz.gui.problems.problem_list import ProblemList
from resnet_viz.gui.window.gc_tuning import GcTuning
from resnet_viz.layout.view import View
from resnet_viz.paint.fonts import QtMeasurer
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.parse import parse_source
from tests.bench.test_dock import chain
from tests.support.graphs.net import Net
from tests.support.window.app_driver import AppDriver

ROUNDS = 20


@pytest.fixture(scope="module")
def long() -> Document:
    """5,001 calls in 1,000 blocks of one stage."""
    return chain(1000)


class Bench:
    """A window with a document in it, and how a deed is measured."""

    def __init__(self, driver: AppDriver, document: Document, benchmark: BenchmarkFixture) -> None:
        self.driver = driver
        self.document = document
        self.calls = [call.id for call in document.graph.calls]
        self._benchmark = benchmark

    def measure(self, deed: Callable[[], object]) -> None:
        """The deed with everything it sets off at once, ``ROUNDS`` times."""

        def once() -> None:
            deed()
            QApplication.processEvents()

        self._benchmark.pedantic(once, setup=lambda: self.driver.qtbot.wait(120), rounds=ROUNDS)


@pytest.fixture
def bench(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, long: Document, benchmark: BenchmarkFixture
) -> Iterator[Bench]:
    """The window with the long model."""
    driver = AppDriver(qtbot, qapp, tmp_path)
    smoothness = GcTuning(driver.window)
    driver.open("resnet18")
    shown = picture(long, View(), QtMeasurer(), run_dot)
    driver.session.set_document(long, View(), shown)
    yield Bench(driver, long, benchmark)
    smoothness.stop()
    driver.close()


def layers_of(bench: Bench) -> LayersTab:
    """The Layers tab, shown and filled."""
    bench.driver.window.bottom.show_tab("layers")
    tab = cast("LayersTab", bench.driver.window.bottom.content("layers"))
    bench.driver.qtbot.waitUntil(lambda: len(tab.table.rows.shown) == len(bench.calls))
    return tab


def selections(bench: Bench, count: int) -> Iterator[tuple[Target, ...]]:
    """Other ``count`` calls every time."""
    for start in cycle(range(0, len(bench.calls) - count, count + 7)):
        yield tuple(Target("call", call) for call in bench.calls[start : start + count])


@pytest.mark.parametrize("count", [1, 200])
@pytest.mark.parametrize("tab", ["cost", "layers", "field"])
def test_select_calls(bench: Bench, tab: str, count: int) -> None:
    """From the canvas, with each tab open."""
    bench.driver.window.bottom.show_tab(tab)
    others = selections(bench, count)
    bench.measure(lambda: bench.driver.session.select(next(others)))


@pytest.mark.parametrize("tab", ["cost", "layers", "field"])
def test_select_the_stage(bench: Bench, tab: str) -> None:
    """A stage of 1,000 blocks, and nothing again."""
    bench.driver.window.bottom.show_tab(tab)
    stage = (Target("group", bench.document.structure.stages[0]),)
    both = cycle((stage, ()))
    bench.measure(lambda: bench.driver.session.select(next(both)))


@pytest.mark.parametrize("tab", ["cost", "layers", "problems"])
def test_show_another_basis(bench: Bench, tab: str) -> None:
    """Work of the window after memory has been counted."""
    bench.driver.window.bottom.show_tab(tab)
    document, shown = bench.document, bench.driver.picture
    found = cycle(
        [
            MemoryBasis(batch, "float16").memory(document.structure, document.numbers)
            for batch in (2, 8)
        ]
    )
    bench.measure(lambda: bench.driver.session.set_picture(shown, next(found)))


def test_select_all_rows(bench: Bench) -> None:
    """5,001 rows with their sums."""
    table = layers_of(bench).table
    deeds = cycle((table.selectAll, table.clearSelection))

    def next_deed() -> None:
        next(deeds)()

    bench.measure(next_deed)


def test_copy_all_rows(bench: Bench) -> None:
    """To the clipboard."""
    tab = layers_of(bench)
    tab.table.selectAll()
    bench.measure(tab.table.copy_requested.emit)


def test_type_into_the_outlines_search(bench: Bench) -> None:
    """Letter by letter."""
    texts = cycle(("c", "co", "con", "conv", ""))
    bench.measure(lambda: bench.driver.window.outline.search.setText(next(texts)))


def test_type_into_the_tables_filter(bench: Bench) -> None:
    """Letter by letter."""
    tab = layers_of(bench)
    texts = cycle(("c", "co", "con", "conv", ""))
    bench.measure(lambda: tab.filter.setText(next(texts)))


def test_choose_another_measure(bench: Bench) -> None:
    """Another measure of the costs."""
    tab = cast("CostTab", bench.driver.window.bottom.content("cost"))
    keys = cycle(("memory", "parameters", "macs"))
    bench.measure(lambda: tab.measure.action(next(keys)).trigger())


def test_2500_spots(benchmark: BenchmarkFixture, qtbot: QtBot, qapp: QApplication) -> None:
    """Parameters against MACs of as many different layers: shown, painted, one asked for."""
    del qapp
    net = Net()
    last = net.input(32, 32, 16)
    for place in range(2500):
        last = net.relu(net.conv(last, 16 + (place * 7919) % 4999, 3))
    document = make_document(parse_source("resnet34"), "wide", net.graph(last))
    costs = costs_of(document, document.numbers.memory, detail="layer", measure="macs")
    chart = ScatterChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(780, 130)
    with qtbot.waitExposed(chart):
        chart.show()

    def show() -> None:
        chart.show_costs(costs)
        chart.repaint()
        chart.mark_at(QPointF(300, 60))

    benchmark(show)
    assert len(chart.spots) == 2500


def test_500_problems(benchmark: BenchmarkFixture, qtbot: QtBot, long: Document) -> None:
    """A list of as many sentences, each with 1,000 layers."""
    calls = tuple(call.id for call in long.graph.calls[:1000])
    sentence = "Its bias does nothing: the batch normalisation behind it takes any offset away. "
    problems = tuple(
        Problem("bias_before_norm", "information", sentence * (1 + place % 3), calls)
        for place in range(500)
    )
    shown = ProblemList(LIGHT)
    qtbot.addWidget(shown)
    shown.resize(1060, 160)
    with qtbot.waitExposed(shown):
        shown.show()

    def show() -> None:
        shown.problems.show(problems)
        QApplication.processEvents()

    benchmark(show)


def test_pick_a_problem_of_all_layers(bench: Bench) -> None:
    """A click that selects 5,001 calls."""
    everything = tuple(Target("call", call) for call in bench.calls)
    both = cycle((everything, ()))
    bench.measure(lambda: bench.driver.session.select(next(both)))
