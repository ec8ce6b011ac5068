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

from resnet_viz.analysis.costs.memory_basis import Basis
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
from tests.support.window.app_driver import Desk

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
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, qapp, tmp_path)
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


def test_that_a_stages_table_comes_turn_by_turn_and_ends(desk: Desk) -> None:
    desk.session.select((stage(),))
    inspector = desk.window.inspector
    desk.qtbot.waitUntil(lambda: inspector.sheet is not None)
    assert inspector.sheet is not None
    (holds,) = inspector.sheet.sections
    assert len(holds.steps) == 200
    assert holds.more == len(chain().structure.by_id[stage().id].children) - 200
    assert f"and {holds.more:,} more, as the outline has them" in desk.sheet
    assert len(inspector.findChildren(StepRow)) < 50
    desk.qtbot.waitUntil(lambda: len(inspector.findChildren(StepRow)) == 200)


def test_that_a_table_that_is_gone_makes_no_more_lines(desk: Desk) -> None:
    desk.session.select((stage(),))
    desk.session.select((Target("call", chain().graph.calls[7].id),))
    desk.session.select((stage(),))
    inspector = desk.window.inspector
    desk.qtbot.waitUntil(lambda: len(inspector.findChildren(StepRow)) == 200)


def test_that_the_sheet_of_the_last_selection_wins(desk: Desk) -> None:
    inspector = desk.window.inspector
    call = chain().graph.calls[7].id
    desk.session.select((stage(),))  # its sheet is made aside
    desk.session.select((Target("call", call),))
    assert desk.sheet.startswith(call)
    desk.session.select((stage(),))
    desk.qtbot.waitUntil(lambda: not inspector._aside.waits_for("sheet"))
    assert desk.sheet.startswith(chain().structure.by_id[stage().id].title)


def test_that_another_basis_reaches_a_sheet_that_is_made_aside(desk: Desk) -> None:
    desk.session.select((stage(),))
    desk.count_for(Basis(8, "float16"))
    inspector = desk.window.inspector
    desk.qtbot.waitUntil(
        lambda: inspector.sheet is not None and inspector.sheet.computed == "float16, batch 8"
    )


def test_that_a_large_model_is_searched_aside_and_the_last_text_counts(desk: Desk) -> None:
    outline = desk.window.outline
    wanted = chain().structure.blocks[41]
    for text in ("c", "co", "xyz", wanted.title):
        outline.search.setText(text)
    desk.qtbot.waitUntil(lambda: not outline._aside.waits_for("search"))
    assert outline._model.index_of(Target("group", wanted.id)).isValid()
    assert not outline._model.index_of(Target("group", chain().structure.blocks[7].id)).isValid()
    outline.search.setText("xyz")
    desk.qtbot.waitUntil(outline.nothing.isVisible)
    outline.search.clear()
    assert outline._model.index_of(Target("group", chain().structure.blocks[7].id)).isValid()


def test_that_rows_copies_and_files_of_a_large_model_are_made_aside(
    desk: Desk, tmp_path: Path
) -> None:
    desk.window.bottom.show_tab("layers")
    tab = cast("LayersTab", desk.window.bottom.content("layers"))
    desk.qtbot.waitUntil(lambda: len(tab.table.rows.shown) == CALLS)
    assert desk.window.bottom.hint.whole_text() == f"{CALLS:,} layers"
    tab.table.selectAll()
    assert f"{CALLS:,} layers · " in desk.window.bottom.hint.whole_text()
    QGuiApplication.clipboard().clear()
    tab.table.copy_requested.emit()
    desk.qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
    assert QGuiApplication.clipboard().text().count("\n") == 1 + CALLS
    desk.answers.target = str(tmp_path / "layers.csv")
    tab.ask_to_save()
    desk.qtbot.waitUntil((tmp_path / "layers.csv").exists)
    assert (tmp_path / "layers.csv").read_bytes().count(b"\r\n") == 1 + CALLS
    desk.count_for(Basis(4))
    first = chain().graph.calls[0].id
    desk.qtbot.waitUntil(
        lambda: tab.table.rows.shown[0].memory.output_bytes == 4 * 32 * 32 * 16 * 4
    )
    assert tab.table.rows.shown[0].call.id == first


def test_that_a_file_that_cannot_be_written_aside_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.window.bottom.show_tab("layers")
    tab = cast("LayersTab", desk.window.bottom.content("layers"))
    desk.qtbot.waitUntil(lambda: len(tab.table.rows.shown) == CALLS)
    desk.answers.target = str(tmp_path / "no folder" / "layers.csv")
    tab.ask_to_save()
    desk.qtbot.waitUntil(lambda: "layers.csv" in desk.notice)


def test_that_the_outline_follows_the_last_of_many(desk: Desk) -> None:
    calls = [call.id for call in chain().graph.calls]
    desk.session.select(tuple(Target("call", call) for call in calls))
    tree = desk.window.outline.tree
    rows = tree.selectionModel().selectedIndexes()
    assert 0 < len(rows) <= 100
    assert tree.currentIndex().data() is not None
    desk.session.select((Target("call", calls[7]),))
    assert len(tree.selectionModel().selectedIndexes()) == 1


def test_that_neighbours_in_the_outline_are_one_range(desk: Desk) -> None:
    blocks = chain().structure.blocks
    desk.session.select(tuple(Target("group", block.id) for block in blocks[10:60]))
    selection = desk.window.outline.tree.selectionModel().selection()
    assert len(selection) == 1
    assert len(selection.indexes()) == 50


def test_that_thin_bars_can_still_be_met(desk: Desk) -> None:
    tab = cast("CostTab", desk.window.bottom.content("cost"))
    desk.qtbot.waitUntil(lambda: tab.bars is not None, timeout=20_000)
    desk.do("view.detail.layer")
    bars = tab.bars
    assert bars is not None
    assert bars.costs is not None
    assert bars.count() == 600  # the convolutions; the rest has no MACs
    for mark in (0, 299, 599):
        assert bars.mark_at(bars.place_of(mark)) == mark
        assert bars.height_of(mark) == pytest.approx(1.0)
    bars.grab()
    desk.session.select((stage(),))
    assert len(bars.selected) == 600
    bars.grab()


def test_that_the_costs_wait_until_their_tab_is_looked_at(desk: Desk) -> None:
    tab = cast("CostTab", desk.window.bottom.content("cost"))
    tab.measure.action("memory").trigger()
    desk.window.bottom.show_tab("problems")
    before = tab.costs
    desk.count_for(Basis(8))
    assert tab.costs is before
    desk.window.bottom.show_tab("cost")
    desk.qtbot.waitUntil(lambda: tab.costs is not None and tab.costs.basis == "float32, batch 8")
