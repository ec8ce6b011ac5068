"""The bar chart by itself: zooming, thin bars, and values that cover no other."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.cost.charts.bars import BarChart, tallest_per_pixel
from resnet_viz.gui.cost.model import Measure, costs_of
from resnet_viz.gui.widgets.index_runs import index_runs
from resnet_viz.layout.view import Detail
from resnet_viz.sources.catalog import parse_builtin
from tests.support.graphs.net import Net


def gated(gates: int) -> Document:
    """A convolution of 16.8 M MACs, then by turns one of 0.3 M and a gate of 64."""
    net = Net()
    x = net.max_pool(net.conv(net.input(512, 512, 8), 8, 1), 8)
    for _ in range(gates):
        x = net.conv(x, 8, 1)
        x = net.multiply(x, net.conv(net.gap(x, keepdims=True), 8, 1))
    return make_document(parse_builtin("resnet34"), "gated", net.graph(x))


def chart_of(
    qtbot: QtBot, document: Document, *, width: int, detail: Detail = "layer",
    measure: Measure = "macs",
) -> BarChart:  # fmt: skip
    chart = BarChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(width, 130)
    chart.show_costs(
        costs_of(document, document.numbers.memory, detail=detail, measure=measure, basis="")
    )
    return chart


def turn_wheel(chart: BarChart, x: float, turn: QPoint) -> None:
    at = QPointF(x, 60.0)
    event = QWheelEvent(
        at, QPointF(chart.mapToGlobal(at.toPoint())), QPoint(), turn, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(chart, event)


def test_that_the_wheel_zooms_about_the_pointer_and_back(qtbot: QtBot, resnet34: Document) -> None:
    chart = chart_of(qtbot, resnet34, width=740)  # 37 bars of 20 pixels
    before = chart.center_of(10).x()
    assert before == pytest.approx(210)
    turn_wheel(chart, before, QPoint(0, 240))
    assert chart.view.high - chart.view.low == pytest.approx(37 * 0.75**2)
    assert chart.center_of(10).x() == pytest.approx(before)
    assert chart.mark_at(QPointF(before, 5)) == 10
    turn_wheel(chart, before, QPoint(0, -480))
    assert chart.view == chart.limits


def test_that_dragging_pans_and_chooses_nothing(qtbot: QtBot, resnet34: Document) -> None:
    chart = chart_of(qtbot, resnet34, width=740)
    turn_wheel(chart, 370, QPoint(0, 480))
    picked: list[int] = []
    chart.picked.connect(lambda mark, _: picked.append(mark))
    before = chart.center_of(18).x()
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    QTest.mouseMove(chart, QPoint(340, 60))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(340, 60))
    assert chart.center_of(18).x() == pytest.approx(before + 40)
    assert not picked
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.center_of(18).toPoint())
    assert picked == [18]


def test_that_other_measures_keep_the_view_and_other_items_show_all(
    qtbot: QtBot, resnet34: Document
) -> None:
    chart = chart_of(qtbot, resnet34, width=740, detail="unit")
    turn_wheel(chart, 370, QPoint(0, 480))
    zoomed, memory = chart.view, resnet34.numbers.memory
    chart.show_costs(costs_of(resnet34, memory, detail="unit", measure="macs"))
    assert chart.view == zoomed
    chart.show_costs(costs_of(resnet34, memory, detail="block", measure="macs"))
    assert chart.view == (-0.5, 17.5)


def test_that_a_selected_bar_comes_into_view(qtbot: QtBot, resnet34: Document) -> None:
    chart = chart_of(qtbot, resnet34, width=740)
    turn_wheel(chart, 0, QPoint(0, 1200))
    assert chart.view == (-0.5, 3.5)
    chart.select(frozenset({20}))
    assert chart.view == (16.5, 20.5)
    assert chart.accessibleDescription().startswith(chart.tip_of(20))
    chart.select(frozenset())
    assert chart.accessibleDescription() == "37 items; select one with the arrow keys"


@pytest.fixture
def labels(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, QRectF]]:
    """Tokens and pixels of the values and numbers that a chart draws."""
    drawn: list[tuple[str, QRectF]] = []

    def draw_text(
        chart: BarChart, _painter: QPainter, at: QPointF, text: str, *, token: str,
        bold: bool = False, opaque: bool = False,
    ) -> None:  # fmt: skip
        if opaque:
            drawn.append((token, chart.text_rect(at, text, bold=bold)))

    monkeypatch.setattr(BarChart, "draw_text", draw_text)
    return drawn


def test_that_a_selected_bars_value_is_covered_by_no_other(
    qtbot: QtBot, labels: list[tuple[str, QRectF]]
) -> None:
    chart = chart_of(qtbot, gated(8), width=380)
    tiny = [mark for mark, bar in enumerate(chart.costs.bars) if bar.value == 64][3]
    chart.select(frozenset({tiny}))
    chart.grab()
    values = [rect for token, rect in labels if token == "text-2"]
    selected = next(rect for token, rect in labels if token == "accent")
    assert len(values) > 4
    assert not any(rect.intersects(selected) for rect in values)


@pytest.mark.parametrize("width", [120, 380, 740, 2000])
@pytest.mark.parametrize("step", [1, 2, 5])
def test_that_values_and_numbers_never_touch(
    qtbot: QtBot, resnet34: Document, labels: list[tuple[str, QRectF]], width: int, step: int
) -> None:
    chart = chart_of(qtbot, resnet34, width=width)
    chart.select(frozenset(range(5, 30, step)))
    chart.set_running(shown=False)
    chart.grab()
    assert len(labels) > 3
    pairs = combinations((rect for _, rect in labels), 2)
    assert not [pair for pair in pairs if pair[0].intersects(pair[1])]


def test_that_wide_bars_are_all_drawn() -> None:
    assert tallest_per_pixel([0.1, 0.5, 1.0], range(3), 10.0) == [0, 1, 2]
    assert tallest_per_pixel([0.1, 0.5, 1.0], range(1, 1), 0.1) == []


def test_that_of_bars_on_one_pixel_the_tallest_is_drawn() -> None:
    heights = [0.1, 0.9, 0.2, 0.3, 0.4, 1.0, 0.0, 0.2]
    assert tallest_per_pixel(heights, range(8), 0.5) == [1, 3, 5, 7]
    assert tallest_per_pixel(heights, range(2, 8), 0.25) == [3, 5]  # pixels 0 (2, 3), 1 (4 to 7)


@pytest.mark.parametrize("count", [2, 781, 5_000, 70_000])
def test_that_no_more_is_drawn_than_there_are_pixels(count: int) -> None:
    heights = [index / count for index in range(count)]
    drawn = tallest_per_pixel(heights, range(count), 780 / count)
    assert len(drawn) <= 781
    assert drawn[-1] == count - 1
    assert sorted(set(drawn)) == drawn


def test_that_neighbours_are_one_run() -> None:
    assert index_runs({7, 1, 3, 2}) == [(1, 3), (7, 7)]
    assert index_runs(()) == []
