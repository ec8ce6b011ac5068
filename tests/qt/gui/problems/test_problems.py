"""The Problems tab: none on the paper's nets, what there is on the tutorial's, and a click."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import Qt

from resnet_viz.gui.problems.problem_list import calls_text
from resnet_viz.gui.problems.tab import NO_PROBLEMS, ProblemsTab
from tests.support.window.app_driver import AppDriver


@pytest.fixture
def tab(driver: AppDriver) -> ProblemsTab:
    """The tab, shown."""
    driver.window.bottom.show_tab("problems")
    return cast("ProblemsTab", driver.window.bottom.content("problems"))


def title(driver: AppDriver) -> str:
    return driver.window.bottom.tabs.tabText(2)


def test_that_the_papers_net_has_no_problems_and_the_tab_says_so(
    driver: AppDriver, tab: ProblemsTab
) -> None:
    assert tab.nothing.text() == NO_PROBLEMS
    assert tab.nothing.isVisible()
    assert title(driver) == "Problems"
    assert tab.focus_widget() is tab


def test_that_the_tutorials_problem_is_listed_with_severity_and_calls(
    driver: AppDriver, tab: ProblemsTab
) -> None:
    driver.open("tutorial_resnet34")
    assert driver.session.document is not None
    problems = driver.session.document.problems
    assert title(driver) == f"Problems {len(problems)}"
    assert tab.list.isVisible()
    texts = [tab.list.problems.index(row, 0).data() for row in range(len(problems))]
    assert texts[0].startswith("Warning: ")
    assert any("1×1 map" in text and "block3_block_4" in text for text in texts)
    tab.list.grab()  # paints without a complaint


def test_that_a_click_selects_and_shows_the_calls(driver: AppDriver, tab: ProblemsTab) -> None:
    driver.open("tutorial_resnet34")
    assert driver.session.document is not None
    problem = driver.session.document.problems[0]
    middle = tab.list.visualRect(tab.list.problems.index(0, 0)).center()
    driver.qtbot.mouseClick(tab.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert tuple(target.id for target in driver.session.selection) == problem.calls
    assert driver.canvas.selected
    driver.session.select(())
    driver.qtbot.mouseClick(tab.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert len(driver.session.selection) == len(problem.calls)


def test_that_many_calls_are_named_shortly(driver: AppDriver) -> None:
    driver.open("tutorial_resnet34")
    assert driver.session.document is not None
    problem = max(driver.session.document.problems, key=lambda each: len(each.calls))
    text = calls_text(problem)
    assert text.startswith(", ".join(problem.calls[:4]))
    assert text.endswith(f"and {len(problem.calls) - 4:,} more layers")
