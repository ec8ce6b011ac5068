"""The Layers tab: rows from the facts, sorting, filtering, copying, saving, both-way selection."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import DARK
from resnet_viz.files import WriteError
from resnet_viz.gui.diagram.sums import sums_text
from resnet_viz.gui.layer_table.columns import COLUMNS
from resnet_viz.gui.layer_table.csv_and_tsv import as_csv, as_tsv, save_csv
from resnet_viz.gui.layer_table.item_model import LayerModel
from resnet_viz.gui.layer_table.rows import rows_of
from resnet_viz.gui.layer_table.tab import LayersTab
from resnet_viz.search.query import Word
from resnet_viz.sources.catalog import parse_builtin
from tests.qt.gui.conftest import document_of
from tests.support.graphs.net import Net
from tests.support.window.app_driver import AppDriver

BY_KEY = {column.key: column for column in COLUMNS}
KEYS = tuple(column.key for column in COLUMNS)
TRAINABLE, MACS = KEYS.index("trainable"), KEYS.index("macs")


@pytest.fixture
def tab(driver: AppDriver) -> LayersTab:
    """The tab, shown."""
    driver.window.bottom.show_tab("layers")
    return cast("LayersTab", driver.window.bottom.content("layers"))


def texts(document: Document, call: str) -> dict[str, str]:
    row = next(r for r in rows_of(document, document.numbers.memory) if r.call.id == call)
    return {column.key: column.cell(row) for column in COLUMNS}


def shown(tab: LayersTab) -> list[str]:
    return [row.call.id for row in tab.table.rows.shown]


def selected(tab: LayersTab) -> list[str]:
    return [row.call.id for row in tab.table.selected_rows()]


def test_that_a_row_says_what_the_board_says(resnet34: Document) -> None:
    result = texts(resnet34, "conv3_1_conv_a")
    board = {
        "layer": "conv3_1 › conv a", "op": "Conv2D", "kernel": "3×3, /2", "input": "56×56×64",
        "output": "28×28×128", "trainable": "73,728", "non_trainable": "·",
        "macs": "57,802,752", "field": "67",
    }  # fmt: skip
    assert {key: result[key] for key in board} == board
    assert result["flops"] == "115,605,504"
    assert result["memory"] == "392 KiB"
    assert result["weights"] == "288 KiB"  # 73,728 · 4 B
    assert result["jump"] == "8"
    assert result["stage"] == "conv3_x"
    norm = texts(resnet34, "conv3_1_bn_a")
    assert (norm["op"], norm["trainable"], norm["non_trainable"]) == ("BatchNorm", "256", "256")
    assert norm["macs"] == "·"
    assert norm["intensity"] == "·"
    assert texts(resnet34, "fc")["field"] == "–"


def test_that_the_columns_add_up_to_the_facts(resnet34: Document) -> None:
    rows = rows_of(resnet34, resnet34.numbers.memory)
    assert len(rows) == 125
    sums = {
        key: sum(int(cast("int", BY_KEY[key].value(row)) or 0) for row in rows)
        for key in ("trainable", "non_trainable", "macs")
    }
    assert sums == {"trainable": 21_797_672, "non_trainable": 17_024, "macs": 3_663_761_408}


def test_that_the_model_keeps_qts_rules(resnet34: Document, qapp: QApplication) -> None:
    model = LayerModel(DARK, qapp)
    tester = ModelTester(None)
    tester.check(model)
    model.show_rows(rows_of(resnet34, resnet34.numbers.memory))
    model.set_filter((Word("conv3"),))
    model.sort(MACS, Qt.SortOrder.DescendingOrder)


def test_that_sorting_is_by_number_and_unknown_comes_last(tab: LayersTab) -> None:
    tab.table.sortByColumn(MACS, Qt.SortOrder.DescendingOrder)
    assert shown(tab)[0] == "conv1"  # 118,013,952 is the largest of all
    tab.table.sortByColumn(KEYS.index("field"), Qt.SortOrder.AscendingOrder)
    assert shown(tab)[-1] == "fc"
    tab.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert shown(tab)[1] == "conv1"


def test_that_the_header_says_what_the_rows_are_sorted_by(
    driver: AppDriver, tab: LayersTab
) -> None:
    def titles() -> list[str]:
        return [
            str(tab.table.rows.headerData(index, Qt.Orientation.Horizontal))
            for index in range(len(COLUMNS))
        ]

    assert not any("↑" in title or "↓" in title for title in titles())
    head = tab.table.horizontalHeader()
    middle = QPoint(
        head.sectionViewportPosition(MACS) + head.sectionSize(MACS) // 2, head.height() // 2
    )
    for arrow in ("↑", "↓"):
        driver.qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        assert titles()[MACS] == f"MACs {arrow}"
    assert shown(tab)[0] == "conv1"
    assert as_tsv([BY_KEY["macs"]], []) == "MACs\n"
    for index, title in enumerate(titles()):
        fits = QFontMetrics(tab.table.rows.headerData(
            index, Qt.Orientation.Horizontal, Qt.ItemDataRole.FontRole
        )).horizontalAdvance(f"{title} ↓")  # fmt: skip
        assert fits + 16 <= COLUMNS[index].width, title


def test_that_the_hint_names_the_saved_file(
    driver: AppDriver, tab: LayersTab, tmp_path: Path
) -> None:
    driver.prompter.target = str(tmp_path / "table.csv")
    tab.save.click()
    hint = driver.window.bottom.hint
    driver.qtbot.waitUntil(lambda: hint.whole_text() == "saved table.csv")
    driver.click(Target("group", "conv3_1"))
    assert "following selection: conv3_1" in hint.whole_text()


def test_that_the_filter_finds_names_types_and_stages(driver: AppDriver, tab: LayersTab) -> None:
    tab.filter.setText("BATCHnorm")
    assert len(shown(tab)) == 36  # 1 + 32 + 3 projections
    assert driver.window.bottom.hint.whole_text() == "36 of 125 layers"
    tab.filter.setText("conv5_x")
    assert {call.partition("_")[0] for call in shown(tab)} == {"conv5"}
    tab.filter.setText("conv3_1 batchnorm shortcut")  # all words, wherever they are
    assert shown(tab) == ["conv3_1_shortcut_bn"]
    tab.filter.setText("conv3_1_\N{ZERO WIDTH SPACE}bn_a")  # as copied from the inspector
    assert shown(tab) == ["conv3_1_bn_a"]
    tab.filter.setText("xyz")
    assert driver.window.bottom.hint.whole_text() == "No layer matches 'xyz'."
    driver.qtbot.keyClick(tab.filter, Qt.Key.Key_Escape)
    assert len(shown(tab)) == 125


def test_that_the_filter_takes_terms_and_says_what_is_wrong_with_one(
    driver: AppDriver, tab: LayersTab
) -> None:
    hint = driver.window.bottom.hint
    tab.filter.setText("params>1e6")
    assert len(shown(tab)) == 6  # 512·512·9 five times and 256·512·9 once
    tab.filter.setText("kind:projection batchnorm")
    assert shown(tab) == [f"conv{stage}_1_shortcut_bn" for stage in (3, 4, 5)]
    tab.filter.setText("params>many")
    assert "params>1e6" in hint.whole_text()
    assert len(shown(tab)) == 3  # as before the mistake
    tab.filter.setText("unknown:macs")
    assert shown(tab) == []


def test_that_the_filters_terms_are_those_of_the_next_model(
    driver: AppDriver, tab: LayersTab
) -> None:
    tab.filter.setText("kind:projection")
    assert len(shown(tab)) == 6
    driver.open("plain34")
    assert shown(tab) == []
    driver.open("resnet50")
    assert len(shown(tab)) == 8  # a projection in each of four stages


def test_that_ctrl_f_in_the_dock_filters_and_elsewhere_searches(
    driver: AppDriver, tab: LayersTab
) -> None:
    driver.window.activateWindow()
    tab.table.setFocus()
    driver.do("view.search")
    assert driver.window.focusWidget() is tab.filter
    driver.canvas.setFocus()
    driver.do("view.search")
    assert driver.window.focusWidget() is driver.window.outline.search


def test_that_a_row_selects_its_call_and_opens_nothing(driver: AppDriver, tab: LayersTab) -> None:
    view = driver.session.view
    row = tab.table.rows.row_of("conv3_2_conv_b")
    assert row is not None
    tab.table.scrollTo(tab.table.rows.index(row, 0))
    middle = tab.table.visualRect(tab.table.rows.index(row, 0)).center()
    driver.qtbot.mouseClick(tab.table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert driver.session.selection == (Target("call", "conv3_2_conv_b"),)
    assert driver.session.view == view
    (lit,) = driver.canvas.selected
    cards = [driver.picture.by_id[item].target for item in driver.picture.by_target[lit]]
    assert Target("group", "conv3_2") in cards
    assert driver.sheet.startswith("conv3_2_conv_b")


def test_that_the_table_follows_the_selection_and_sums_it(
    driver: AppDriver, tab: LayersTab
) -> None:
    driver.click(Target("group", "conv3_1"))
    assert len(selected(tab)) == 9
    assert driver.session.selection == (Target("group", "conv3_1"),)
    hint = driver.window.bottom.hint.whole_text()
    assert hint == (
        "following selection: conv3_1 · 9 layers · 230,144 trainable + 768 non-trainable · "
        "179,830,784 MACs · 3.45 MiB outputs"
    )
    row = tab.table.rows.row_of("conv3_1_conv_a")
    assert row is not None
    rect = tab.table.visualRect(tab.table.rows.index(row, 0))
    assert tab.table.viewport().rect().contains(rect.center())


def test_that_what_was_selected_while_hidden_is_followed_later(
    driver: AppDriver, tab: LayersTab
) -> None:
    driver.window.bottom.show_tab("cost")
    driver.click(Target("group", "conv4_2"))
    assert selected(tab) == []
    driver.window.bottom.show_tab("layers")
    assert len(selected(tab)) == 7


def test_that_several_rows_give_their_sums(driver: AppDriver, tab: LayersTab) -> None:
    flag = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for call in ("conv3_1_conv_a", "conv3_1_conv_b"):
        row = tab.table.rows.row_of(call)
        assert row is not None
        tab.table.selectionModel().select(tab.table.rows.index(row, 0), flag)
    hint = driver.window.bottom.hint.whole_text()
    assert hint.startswith("2 layers · 221,184 trainable · 173,408,256 MACs")
    assert len(driver.session.selection) == 2
    tab.table.selectAll()
    assert "125 layers · 21,797,672 trainable + 17,024" in driver.window.bottom.hint.whole_text()


def test_that_a_shared_layers_weights_are_summed_once(resnet34: Document) -> None:
    text = sums_text(resnet34, resnet34.numbers.memory, ["fc", "fc"])
    assert "513,000 trainable" in text


def test_that_calls_of_a_shared_layer_are_no_layers(resnet34: Document) -> None:
    text = sums_text(resnet34, resnet34.numbers.memory, ["fc", "fc"])
    assert text.startswith("1 layer, 2 calls · ")


def test_that_sums_are_lower_bounds_only_where_something_is_unknown() -> None:
    net = Net()
    x = net.conv(net.input(None, None, 3), 8, name="open")
    graph = net.graph(net.dense(net.gap(x), 5, name="end"))
    document = make_document(parse_builtin("resnet34"), "open", graph)
    memory = document.numbers.memory
    assert sums_text(document, memory, ["open"]) == ("1 layer · 224 trainable · – MACs · – outputs")
    assert sums_text(document, memory, ["open", "end"]) == (
        "2 layers · 269 trainable · ≥ 40 MACs · ≥ 20 B outputs"
    )


def test_that_headings_for_other_programs_name_the_unit_of_memory(resnet34: Document) -> None:
    rows = rows_of(resnet34, resnet34.numbers.memory)[1:2]
    assert as_tsv([BY_KEY["memory"]], rows) == f"Output memory (B)\n{112 * 112 * 64 * 4}\n"


def test_that_large_fields_are_exact_to_the_last_digit() -> None:
    tutorial = document_of("tutorial_resnet34")
    # 11 behind the pooling; each of 16 units of stride 2 at jump j adds 2j and 4j
    field, jump = 11, 4
    for _ in range(16):
        field, jump = field + 6 * jump, 2 * jump
    memory = tutorial.numbers.memory
    row = rows_of(tutorial, memory)[-3]
    assert (BY_KEY["field"].cell(row), BY_KEY["jump"].cell(row)) == (str(field), str(jump))
    side = (f"{field}×{field}", f"{jump}×{jump}")
    assert as_tsv([BY_KEY["field"], BY_KEY["jump"]], [row]).splitlines()[1] == "\t".join(side)


def test_that_ctrl_c_copies_header_and_rows(driver: AppDriver, tab: LayersTab) -> None:
    driver.click(Target("group", "conv3_1"))
    driver.qtbot.keyClick(tab.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == [
        "Layer", "Op", "Kernel", "Input", "Output", "Trainable", "Non-trainable", "MACs", "Field",
    ]  # fmt: skip
    assert lines[1].split("\t") == [
        "conv3_1 › conv a", "Conv2D", "3×3, /2", "56×56×64", "28×28×128", "73728", "0", "57802752",
        "67×67",
    ]  # fmt: skip
    assert len(lines) == 10


def test_that_csv_holds_what_is_shown_and_is_written_whole(
    driver: AppDriver, tab: LayersTab, tmp_path: Path
) -> None:
    target = tmp_path / "layers.csv"
    driver.prompter.target = str(target)
    tab.filter.setText("dense")
    tab.save.click()
    rows = list(csv.reader(io.StringIO(target.read_text("utf-8"))))
    assert rows[0][0] == "Layer"
    assert rows[1][0] == "fc"
    assert rows[1][rows[0].index("MACs")] == "512000"
    assert driver.prompter.folders[-1].endswith("ResNet-34-layers.csv")
    driver.prompter.target = str(tmp_path / "missing" / "layers.csv")
    tab.save.click()
    assert "its folder does not exist" in driver.notice


def test_that_odd_names_stay_in_their_cell(resnet34: Document, tmp_path: Path) -> None:
    row = rows_of(resnet34, resnet34.numbers.memory)[0]
    odd = type(row)(**{**{f: getattr(row, f) for f in row.__struct_fields__},
                       "title": 'a\t"b",\nc'})  # fmt: skip
    columns = (BY_KEY["layer"], BY_KEY["macs"])
    assert as_tsv(columns, [odd]).splitlines()[1] == 'a "b", c\t0'
    assert next(iter(csv.reader([as_csv(columns, [odd]).decode().partition("\r\n")[2]])))[0]
    with pytest.raises(WriteError):
        save_csv(tmp_path / "no" / "x.csv", columns, [odd])


def test_that_chosen_columns_are_remembered(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    before = AppDriver(qtbot, qapp, tmp_path)
    before.open("resnet34")
    before.window.bottom.show_tab("layers")
    table = cast("LayersTab", before.window.bottom.content("layers")).table
    menu = table.column_menu()
    named = {action.text(): action for action in menu.actions()}
    named["Other ops"].trigger()
    named["Kernel"].trigger()
    assert not named["Layer"].isEnabled()
    keys = [column.key for column in table.columns()]
    menu.deleteLater()
    before.close()
    again = AppDriver(qtbot, qapp, tmp_path)
    again.open("resnet34")
    assert again.window.bottom.current == "layers"
    table = cast("LayersTab", again.window.bottom.content("layers")).table
    assert [column.key for column in table.columns()] == keys
    assert "other_ops" in keys
    assert "kernel" not in keys
    again.close()


def test_that_memory_follows_the_basis(driver: AppDriver, tab: LayersTab) -> None:
    from resnet_viz.analysis.costs.memory.basis import MemoryBasis

    driver.count_for(MemoryBasis(4, "float16"))
    row = tab.table.rows.row_of("conv3_1_conv_a")
    assert row is not None
    assert tab.table.rows.index(row, KEYS.index("memory")).data() == "784 KiB"
