"""Time of the bottom dock's charts and tables to appear and to respond.

python -m pytest tests/bench/test_dock.py --benchmark-only -s
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.cost.charts.bars import BarChart
from resnet_viz.gui.cost.model import costs_of
from resnet_viz.gui.layer_table.columns import COLUMNS
from resnet_viz.gui.layer_table.rows import rows_of
from resnet_viz.gui.layer_table.table_view import LayerTable
from resnet_viz.sources.parse import parse_source
from tests.support.graphs.net import Net


def chain(blocks: int) -> Document:
    """A residual net of ``blocks`` blocks of five calls."""
    net = Net()
    last = net.input(32, 32, 16)
    for _ in range(blocks):
        way = net.relu(net.bn(net.conv(last, 16, 3)))
        last = net.add(net.conv(way, 16, 3), last)
    return make_document(parse_source("resnet34"), "chain", net.graph(last))


@pytest.fixture(scope="module")
def long() -> Document:
    """A document of 5,001 calls."""
    return chain(1000)


def test_show_5000_rows(
    benchmark: BenchmarkFixture, qtbot: QtBot, qapp: QApplication, long: Document
) -> None:
    """Rows shown and painted, in the window's thread; budget 50 ms."""
    table = LayerTable(LIGHT)
    qtbot.addWidget(table)
    table.resize(1060, 160)
    table.show()
    rows = rows_of(long, long.numbers.memory)

    def fill() -> None:
        table.rows.show_rows(rows)
        qapp.processEvents()

    benchmark(fill)
    assert len(table.rows.shown) == len(long.graph.calls) >= 5000


@pytest.mark.parametrize("key", ["layer", "macs"])
def test_sort_5000_rows(
    benchmark: BenchmarkFixture, qtbot: QtBot, qapp: QApplication, long: Document, key: str
) -> None:
    """Budget 50 ms."""
    table = LayerTable(LIGHT)
    qtbot.addWidget(table)
    table.rows.show_rows(rows_of(long, long.numbers.memory))
    table.show()
    place = [column.key for column in COLUMNS].index(key)

    def sort() -> None:
        table.sortByColumn(place, Qt.SortOrder.DescendingOrder)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        qapp.processEvents()

    benchmark(sort)


def test_filter_5000_rows(
    benchmark: BenchmarkFixture, qtbot: QtBot, qapp: QApplication, long: Document
) -> None:
    """Budget 50 ms."""
    table = LayerTable(LIGHT)
    qtbot.addWidget(table)
    table.rows.show_rows(rows_of(long, long.numbers.memory))
    table.show()

    def search() -> None:
        table.rows.set_filter("conv")
        table.rows.set_filter("")
        qapp.processEvents()

    benchmark(search)


def test_scroll_5000_rows(benchmark: BenchmarkFixture, qtbot: QtBot, long: Document) -> None:
    """One page further; budget 16 ms."""
    table = LayerTable(LIGHT)
    qtbot.addWidget(table)
    table.resize(1060, 160)
    table.rows.show_rows(rows_of(long, long.numbers.memory))
    with qtbot.waitExposed(table):
        table.show()
    bar = table.verticalScrollBar()

    def scroll() -> None:
        bar.setValue((bar.value() + 140) % bar.maximum())
        table.viewport().repaint()

    benchmark(scroll)


def test_bars_of_5000_calls(benchmark: BenchmarkFixture, qtbot: QtBot, long: Document) -> None:
    """Costs reckoned, bars made and painted; budget 50 ms."""
    chart = BarChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(780, 130)
    with qtbot.waitExposed(chart):
        chart.show()

    def show() -> None:
        chart.show_costs(costs_of(long, long.numbers.memory, detail="layer", measure="macs"))
        chart.repaint()

    benchmark(show)


def test_make_5000_rows(benchmark: BenchmarkFixture, long: Document) -> None:
    """In a thread aside; budget 150 ms."""
    benchmark(lambda: rows_of(long, long.numbers.memory))


def test_memory_of_another_basis(benchmark: BenchmarkFixture, long: Document) -> None:
    """In the pipeline's thread; budget 150 ms for 5,000 calls."""
    benchmark(lambda: MemoryBasis(8, "float16").memory(long.structure, long.numbers))
