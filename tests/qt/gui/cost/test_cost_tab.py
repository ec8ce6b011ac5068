"""The Cost tab in the window, linked both ways with the selection."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.cost.charts.bars import BarChart
from resnet_viz.gui.cost.charts.chart import Chart
from resnet_viz.gui.cost.tab import CostTab
from tests.support.window.app_driver import AppDriver

CONV3_1 = Target("group", "conv3_1")


def tab_of(driver: AppDriver) -> CostTab:
    return cast("CostTab", driver.window.bottom.content("cost"))


@pytest.fixture
def bars(driver: AppDriver) -> BarChart:
    """The bar chart in the window."""
    return tab_of(driver).bars


def click(
    driver: AppDriver, chart: Chart, mark: int,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:  # fmt: skip
    point = chart.center_of(mark).toPoint()
    driver.qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, modifier, point)


def test_that_a_click_on_a_bar_selects_its_block(driver: AppDriver, bars: BarChart) -> None:
    mark = [bar.title for bar in bars.costs.bars].index("conv4_2")
    click(driver, bars, mark)
    assert driver.session.selection == (Target("group", "conv4_2"),)
    assert bars.selected == {mark}
    assert driver.sheet.startswith("conv4_2")


def test_that_ctrl_click_selects_more(driver: AppDriver, bars: BarChart) -> None:
    click(driver, bars, 1)
    click(driver, bars, 3, Qt.KeyboardModifier.ControlModifier)
    assert [target.id for target in driver.session.selection] == ["conv2_1", "conv2_3"]
    assert bars.selected == {1, 3}


def test_that_the_selection_on_the_canvas_lights_its_bar(driver: AppDriver, bars: BarChart) -> None:
    driver.click(CONV3_1)
    assert [bars.costs.bars[mark].title for mark in bars.selected] == ["conv3_1"]
    driver.session.select(())
    assert bars.selected == frozenset()


def test_that_arrows_walk_along_the_bars(driver: AppDriver, bars: BarChart) -> None:
    driver.click(CONV3_1)
    driver.qtbot.keyClick(bars, Qt.Key.Key_Right)
    assert driver.session.selection == (Target("group", "conv3_2"),)
    driver.qtbot.keyClick(bars, Qt.Key.Key_Home)
    assert bars.selected == {0}
    driver.qtbot.keyClick(bars, Qt.Key.Key_Left)
    assert bars.selected == {0}


def test_that_bars_follow_the_detail_and_the_measure(driver: AppDriver, bars: BarChart) -> None:
    driver.do("view.detail.unit")
    assert len(bars.costs.bars) == 37  # the board's heat map: 37 units with MACs
    driver.do("view.detail.stage")
    assert [bar.title for bar in bars.costs.bars][1] == "conv2_x"
    tab = tab_of(driver)
    tab.measure.action("parameters").trigger()
    assert bars.costs.bars[1].value == 221_952 + 6 * 2 * 64  # with batch normalisation's statistics
    assert tab.measure.text() == "Parameters per stage, millions"
    assert "21,814,696 parameters" in tab.total.text()


def test_that_memory_is_for_the_chosen_batch_and_dtype(driver: AppDriver) -> None:
    tab = tab_of(driver)
    tab.measure.action("memory").trigger()
    assert tab.costs is not None
    before = tab.costs.total
    assert tab.basis.text() == "float32, batch 1"
    assert not tab.basis.isHidden()
    tab.basis.choices.batch.setValue(8)
    driver.qtbot.waitUntil(lambda: driver.session.basis == MemoryBasis(8))
    assert tab.costs.total == 8 * before
    tab.basis.choices.dtypes["float16"].trigger()
    driver.qtbot.waitUntil(lambda: driver.session.basis == MemoryBasis(8, "float16"))
    assert tab.costs.total == 4 * before
    assert tab.basis.text() == "float16, batch 8"
    assert driver.preferences.text("memory.batch") == "8"


def test_that_shares_select_their_stage(driver: AppDriver) -> None:
    shares = tab_of(driver).shares
    middle = shares.line_rect(2).center().toPoint()
    driver.qtbot.mouseClick(shares, Qt.MouseButton.LeftButton, pos=middle)
    assert driver.session.selection == (Target("group", "conv3_x"),)
    assert "conv3_x 23.8 %" in shares.accessibleDescription()
    shares.setFocus()
    driver.qtbot.keyClick(shares, Qt.Key.Key_Down)
    driver.qtbot.keyClick(shares, Qt.Key.Key_Return)
    assert driver.session.selection == (Target("group", "conv4_x"),)


def test_that_spots_are_items_with_equal_numbers_together(
    driver: AppDriver, bars: BarChart
) -> None:
    tab = tab_of(driver)
    tab.view.action("scatter").trigger()
    chart = tab.scatter
    assert tab.focus_widget() is chart
    assert chart.isVisible()
    sizes = sorted(len(spot.bars) for spot in chart.spots)
    assert sizes == [1, 1, 1, 1, 1, 2, 3, 3, 5]  # conv1, fc, projections; identities by stage
    assert {(spot.parameters, spot.macs) for spot in chart.spots} >= {(513_000, 512_000)}
    mark = next(spot.bars[0] for spot in chart.spots if spot.parameters == 513_000)
    click(driver, chart, mark)
    assert chart.selected == {mark}
    assert "513,000 parameters" in chart.tip_of(mark)
    assert bars.selected == {mark}
    assert driver.preferences.choice("cost.view", ("running", "scatter")) == "scatter"


def test_that_the_tooltip_says_value_share_and_running_total(bars: BarChart) -> None:
    assert bars.tip_of(0) == "conv1\n118,013,952 MACs\n3.2 % of the model\n3.2 % up to here"


def test_that_charts_take_the_theme(driver: AppDriver, bars: BarChart) -> None:
    driver.do("view.dark")
    image = bars.grab().toImage()
    assert image.pixelColor(2, 2).name() == "#1c2028"
    middle = bars.center_of(4)
    assert image.pixelColor(middle.toPoint()).name() == "#4fddd3"  # conv3_x in the dark


def test_that_the_shares_go_before_anything_is_cut(driver: AppDriver, qtbot: QtBot) -> None:
    tab = CostTab(driver.session, driver.preferences)
    qtbot.addWidget(tab)
    tab.show()
    for width, shown in ((420, False), (900, True), (600, True), (500, False)):
        tab.resize(width, 160)
        QApplication.processEvents()
        assert tab.width() == width
        assert tab.shares.isVisible() == shown
        last = tab.total if shown else tab.view
        assert last.mapTo(tab, last.rect().topRight()).x() < width
        assert tab.bars.width() > 250
