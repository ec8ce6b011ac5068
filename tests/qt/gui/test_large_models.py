"""A model of 300 equal blocks: nothing is made for every one of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.cost.tab import CostTab
from resnet_viz.gui.inspector.step_table import StepRow
from resnet_viz.gui.layer_table.tab import LayersTab
from resnet_viz.layout.view import View
from resnet_viz.paint.fonts import QtMeasurer
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.parse import parse_source
from tests.support.graphs.net import Net
from tests.support.window.app_driver import AppDriver

BLOCKS = 300
CALLS = 1 + 5 * BLOCKS


@lru_cache(maxsize=1)
def chain() -> Document:
    net = Net()
    last = net.input(32, 32, 16)
    for _ in range(BLOCKS):
        way = net.relu(net.bn(net.conv(last, 16, 3)))
        last = net.add(net.conv(way, 16, 3), last)
    return make_document(parse_source("resnet34"), "chain", net.graph(last))


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    made = AppDriver(qtbot, qapp, tmp_path)
    document = chain()
    assert len(document.graph.calls) == CALLS
    shown = picture(document, View(), QtMeasurer(), run_dot)
    made.session.set_document(document, View(), shown)
    yield made
    made.close()


def stage() -> Target:
    structure = chain().structure
    found = max(structure.stages, key=lambda each: len(structure.by_id[each].calls))
    return Target("group", found)


def test_that_a_stages_table_comes_turn_by_turn_and_ends(driver: AppDriver) -> None:
    driver.session.select((stage(),))
    inspector = driver.window.inspector
    driver.qtbot.waitUntil(lambda: inspector.sheet is not None)
    assert inspector.sheet is not None
    (holds,) = inspector.sheet.sections
    assert len(holds.steps) == 200
    assert holds.omitted == len(chain().structure.by_id[stage().id].children) - 200
    assert f"and {holds.omitted:,} more, listed in the outline" in driver.sheet
    assert len(inspector.findChildren(StepRow)) < 50
    driver.qtbot.waitUntil(lambda: len(inspector.findChildren(StepRow)) == 200, timeout=30_000)


def test_that_a_table_that_is_gone_makes_no_more_lines(driver: AppDriver) -> None:
    driver.session.select((stage(),))
    driver.session.select((Target("call", chain().graph.calls[7].id),))
    driver.session.select((stage(),))
    inspector = driver.window.inspector
    driver.qtbot.waitUntil(lambda: len(inspector.findChildren(StepRow)) == 200, timeout=30_000)


def test_that_the_sheet_of_the_last_selection_wins(driver: AppDriver) -> None:
    call = chain().graph.calls[7].id
    driver.session.select((stage(),))  # its sheet is made aside
    driver.session.select((Target("call", call),))
    assert driver.sheet.startswith(call)
    driver.session.select((stage(),))
    title = chain().structure.by_id[stage().id].title
    driver.qtbot.waitUntil(lambda: driver.sheet.startswith(title))


def test_that_another_basis_reaches_a_sheet_that_is_made_aside(driver: AppDriver) -> None:
    driver.session.select((stage(),))
    driver.count_for(MemoryBasis(8, "float16"))
    inspector = driver.window.inspector
    driver.qtbot.waitUntil(
        lambda: inspector.sheet is not None and inspector.sheet.basis == "float16, batch 8"
    )


def test_that_a_large_model_is_searched_aside_and_the_last_text_counts(driver: AppDriver) -> None:
    outline = driver.window.outline
    wanted = chain().structure.blocks[41]
    for text in ("c", "co", "xyz", wanted.title):
        outline.search.setText(text)
    other = Target("group", chain().structure.blocks[7].id)
    driver.qtbot.waitUntil(lambda: not driver.row_of(other).isValid())
    driver.qtbot.waitUntil(lambda: driver.row_of(Target("group", wanted.id)).isValid())
    assert not driver.row_of(other).isValid()
    outline.search.setText("xyz")
    driver.qtbot.waitUntil(outline.nothing.isVisible)
    outline.search.clear()
    assert driver.row_of(other).isValid()


def test_that_rows_copies_and_files_of_a_large_model_are_made_aside(
    driver: AppDriver, tmp_path: Path
) -> None:
    driver.window.bottom.show_tab("layers")
    tab = cast("LayersTab", driver.window.bottom.content("layers"))
    driver.qtbot.waitUntil(lambda: len(tab.table.rows.shown) == CALLS)
    assert driver.window.bottom.hint.whole_text() == f"{CALLS:,} layers"
    tab.table.selectAll()
    assert f"{CALLS:,} layers · " in driver.window.bottom.hint.whole_text()
    QGuiApplication.clipboard().clear()
    tab.table.copy_requested.emit()
    driver.qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
    assert QGuiApplication.clipboard().text().count("\n") == 1 + CALLS
    driver.prompter.target = str(tmp_path / "layers.csv")
    tab.ask_to_save()
    driver.qtbot.waitUntil((tmp_path / "layers.csv").exists)
    assert (tmp_path / "layers.csv").read_bytes().count(b"\r\n") == 1 + CALLS
    driver.count_for(MemoryBasis(4))
    first = chain().graph.calls[0].id
    driver.qtbot.waitUntil(
        lambda: tab.table.rows.shown[0].memory.output_bytes == 4 * 32 * 32 * 16 * 4
    )
    assert tab.table.rows.shown[0].call.id == first


def test_that_a_file_that_cannot_be_written_aside_is_told(
    driver: AppDriver, tmp_path: Path
) -> None:
    driver.window.bottom.show_tab("layers")
    tab = cast("LayersTab", driver.window.bottom.content("layers"))
    driver.qtbot.waitUntil(lambda: len(tab.table.rows.shown) == CALLS)
    driver.prompter.target = str(tmp_path / "no folder" / "layers.csv")
    tab.ask_to_save()
    driver.qtbot.waitUntil(lambda: "layers.csv" in driver.notice)


def test_that_the_outline_follows_the_last_of_many(driver: AppDriver) -> None:
    calls = [call.id for call in chain().graph.calls]
    driver.session.select(tuple(Target("call", call) for call in calls))
    tree = driver.window.outline.tree
    rows = tree.selectionModel().selectedIndexes()
    assert 0 < len(rows) <= 100
    assert tree.currentIndex().data() is not None
    driver.session.select((Target("call", calls[7]),))
    assert len(tree.selectionModel().selectedIndexes()) == 1


def test_that_neighbours_in_the_outline_are_one_range(driver: AppDriver) -> None:
    blocks = chain().structure.blocks
    driver.session.select(tuple(Target("group", block.id) for block in blocks[10:60]))
    selection = driver.window.outline.tree.selectionModel().selection()
    assert len(selection) == 1
    assert len(selection.indexes()) == 50


def test_that_thin_bars_can_still_be_met(driver: AppDriver) -> None:
    tab = cast("CostTab", driver.window.bottom.content("cost"))
    driver.do("view.detail.layer")
    bars = tab.bars
    assert bars.count == 600  # the convolutions; the rest has no MACs
    for mark in (0, 299, 599):
        middle = bars.center_of(mark)
        assert bars.mark_at(middle) == mark
        assert middle.y() == pytest.approx((18 + bars.height() - 36) / 2)  # all are equally high
    bars.grab()
    driver.session.select((stage(),))
    assert len(bars.selected) == 600
    bars.grab()


def test_that_the_costs_wait_until_their_tab_is_looked_at(driver: AppDriver) -> None:
    tab = cast("CostTab", driver.window.bottom.content("cost"))
    tab.measure.action("memory").trigger()
    driver.window.bottom.show_tab("problems")
    before = tab.costs
    driver.count_for(MemoryBasis(8))
    assert tab.costs is before
    driver.window.bottom.show_tab("cost")
    driver.qtbot.waitUntil(lambda: tab.costs is not None and tab.costs.basis == "float32, batch 8")
