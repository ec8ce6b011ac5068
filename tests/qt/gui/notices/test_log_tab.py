"""The Log tab: lines come in batches, in order, with the newest kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resnet_viz.gui.notices.engine_log import MOST_LINES
from resnet_viz.gui.notices.log_tab import LogTab
from tests.support.window.app_driver import AppDriver


@pytest.fixture
def tab(driver: AppDriver) -> LogTab:
    """The tab, shown."""
    driver.do("view.log")
    tab = driver.window.findChild(LogTab)
    assert isinstance(tab, LogTab)
    return tab


def lines(tab: LogTab) -> list[str]:
    return [line.partition("  ")[2] for line in tab.view.toPlainText().splitlines()]


def holds(tab: LogTab, expected: list[str]) -> Callable[[], bool]:
    return lambda: lines(tab) == expected


def test_that_the_lines_of_a_chatty_function_are_written_in_few_steps(
    driver: AppDriver, tab: LogTab
) -> None:
    steps: list[int] = []
    tab.view.document().contentsChanged.connect(lambda: steps.append(1))
    driver.program.engine_log.clear()
    for number in range(1_000):
        driver.program.engine_log.note(f"line {number}")
    driver.qtbot.waitUntil(holds(tab, [f"line {number}" for number in range(1_000)]))
    assert len(steps) < 20


def test_that_of_too_many_lines_the_newest_are_shown(driver: AppDriver, tab: LogTab) -> None:
    driver.program.engine_log.clear()
    count = 2 * MOST_LINES + 7
    for number in range(count):
        driver.program.engine_log.note(f"line {number}")
    newest = [f"line {number}" for number in range(count - MOST_LINES, count)]
    driver.qtbot.waitUntil(holds(tab, newest))
    assert tab.hint == f"{MOST_LINES:,} lines"


def test_that_the_end_stays_in_view_unless_one_reads_above(driver: AppDriver, tab: LogTab) -> None:
    bar = tab.view.verticalScrollBar()
    for number in range(200):
        driver.program.engine_log.note(f"line {number}")
    driver.qtbot.waitUntil(lambda: "line 199" in lines(tab))
    assert bar.value() == bar.maximum()
    bar.setValue(3)
    driver.program.engine_log.note("the last")
    driver.qtbot.waitUntil(lambda: "the last" in lines(tab))
    assert bar.value() == 3


def test_that_clearing_leaves_nothing(driver: AppDriver, tab: LogTab) -> None:
    driver.program.engine_log.note("a line")
    driver.qtbot.waitUntil(holds(tab, ["a line"]))
    tab.clear_button.click()
    assert lines(tab) == []
    assert tab.hint == ""
    driver.program.engine_log.note("the next")
    driver.qtbot.waitUntil(holds(tab, ["the next"]))
