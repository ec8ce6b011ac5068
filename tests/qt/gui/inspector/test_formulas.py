"""Formulas of the inspector: every number opens to formula, convention and source."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from resnet_viz.analysis.costs.memory.basis import MODEL_BASIS, MemoryBasis, own_dtype
from resnet_viz.analysis.explain.conventions import CONVENTIONS
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.diagram.remembered_basis import basis_of
from resnet_viz.gui.inspector.click_frame import ClickFrame
from resnet_viz.gui.inspector.formula_widgets import FormulaRow
from resnet_viz.gui.inspector.sheets.select import sheet_of, sheet_of_model
from resnet_viz.gui.inspector.sheets.types import Formula, Sheet
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import Net
from tests.support.window.app_driver import AppDriver

CONV_B = Target("call", "conv3_1_conv_b")


def sheet(document: Document, target: Target, basis: MemoryBasis = MODEL_BASIS) -> Sheet:
    result = sheet_of(
        document,
        None,
        (target,),
        memory=basis.memory(document.structure, document.numbers),
        basis=basis,
    )
    assert result is not None
    return result


def rows(result: Sheet) -> dict[str, Formula]:
    return {row.name: row for row in result.formulas if row.name}


def test_that_a_calls_numbers_follow(resnet34: Document) -> None:
    result = rows(sheet(resnet34, CONV_B))
    texts = {name: (row.text, row.result) for name, row in result.items()}
    assert texts["weights"] == ("3·3·128·128", "147,456")
    assert texts["MACs"] == ("3·3·128·128·28·28", "115,605,504")
    assert texts["FLOPs"] == ("2·115,605,504", "231,211,008")
    assert texts["memory"] == ("28·28·128·4 B", "392 KiB")
    assert texts["field"] == ("67 + (3 − 1)·8", "83")
    assert texts["values"] == ("28·28·128", "100,352")
    assert texts["kept"] == texts["memory"]
    assert texts["jump"] == ("8, same as at its input", "")
    assert texts["stored"] == ("147,456·4 B", "576 KiB")
    moved = 4 * (147_456 + 2 * 28 * 28 * 128)
    assert texts["intensity"][1] == f"{115_605_504 / moved:,.2f}"


def test_that_live_memory_lists_the_tensors_that_are_alive(resnet34: Document) -> None:
    # The second convolution runs while the block's input waits for the projection.
    tensor, entry = 4 * 28 * 28 * 128, 4 * 56 * 56 * 64
    expected = f"inputs {tensor:,} + outputs {tensor:,} + waiting {entry:,} B"
    row = rows(sheet(resnet34, CONV_B))["alive"]
    assert row.text == expected
    assert row.result == f"{(2 * tensor + entry) / 2**20:.2f} MiB"


def test_that_the_start_of_the_field_follows(resnet34: Document) -> None:
    # conv1 begins at -2, conv2_x adds six paddings of 4, this convolution one of 8.
    before = -2 - 6 * 4
    row = rows(sheet(resnet34, CONV_B))["start"]
    assert (row.text, row.result) == ("−26 − 1·8", f"−{-(before - 8)}")


def test_that_a_blocks_memory_is_the_boards(resnet34: Document) -> None:
    result = sheet(resnet34, Target("group", "conv3_1"))
    tiles = {tile.name: (tile.value, tile.note) for tile in result.tiles}
    assert tiles["Activation memory"] == ("3.45 MiB", "9 outputs × 392 KiB")
    assert tiles["FLOPs"] == ("360 M", "2 × MACs")
    assert rows(result)["memory"].text == "28·28·128·4 B"
    assert rows(result)["memory"].result == "392 KiB per output"
    assert rows(result)["weights"].result == f"{230_144 + 768:,}"


def test_that_batch_and_dtype_change_memory_and_nothing_else(resnet34: Document) -> None:
    plain, half = sheet(resnet34, CONV_B), sheet(resnet34, CONV_B, MemoryBasis(8, "float16"))
    assert rows(half)["memory"].text == "28·28·128·2 B·8"
    assert rows(half)["memory"].result == "1.53 MiB"  # 4 · 392 KiB
    assert rows(half)["MACs"] == rows(plain)["MACs"]
    assert half.basis == "float16, batch 8"
    assert plain.basis == "float32, batch 1"


def test_that_every_key_has_a_convention_and_every_tile_a_formula(resnet34: Document) -> None:
    targets = [Target("group", group.id) for group in resnet34.structure.groups]
    targets += [Target("call", call.id) for call in resnet34.graph.calls]
    targets += [Target("shortcut", each.id) for each in resnet34.structure.shortcuts]
    for target in targets:
        result = sheet(resnet34, target)
        assert {row.key for row in result.formulas} - {""} <= set(CONVENTIONS)
        explained = {row.key for row in result.formulas}
        for tile in result.tiles:
            assert tile.key in explained, (target, tile)


def test_that_every_row_opens_to_a_convention(resnet34: Document) -> None:
    for name in ("conv3_x", "conv3_1", "conv1", "head"):
        for row in sheet(resnet34, Target("group", name)).formulas:
            assert row.key in CONVENTIONS, row
    shares = rows(sheet(resnet34, Target("group", "conv4_x")))["share"]
    assert (shares.text, shares.result) == ("1,335,885,824 of 3,663,761,408", "36.5 %")


def test_that_an_opened_formula_has_the_exact_size(resnet34: Document) -> None:
    peak = rows(sheet_of_model(resnet34))["peak"]
    both = 112 * 112 * 64 * 4
    assert peak.text == f"at conv1_bn: inputs {both:,} + outputs {both:,} + waiting 0 B"
    assert (peak.result, peak.remarks) == ("6.12 MiB", f"Exactly {2 * both:,} B.")


def test_that_a_lower_bound_says_what_it_leaves_out() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 3), 4)
    x = net.call("Halve", x, shape=(None, 4, 4, 4), module="mine")
    graph = net.graph(x)
    row = rows(sheet_of_model(make_document(ModelFile("net.keras"), "net", graph)))["weights"]
    assert row.result == f"≥ {3 * 3 * 3 * 4 + 4}"
    reason = "no rule for Halve, which is not a Keras class."
    assert row.remarks == f"At least: without {x.call}: {reason}"


def test_that_the_models_numbers_follow_too(resnet34: Document) -> None:
    result = sheet_of_model(resnet34)
    assert (result.title, result.badge) == ("ResNet-34", "model")
    assert result.shapes == ("224×224×3", "1000")
    texts = rows(result)
    assert texts["FLOPs"].text == "2·3,663,761,408"
    assert (texts["stored"].text, texts["stored"].result) == ("21,814,696·4 B", "83.2 MiB")
    assert {tile.key for tile in result.tiles} <= {row.key for row in result.formulas}


def test_that_an_identity_costs_nothing_of_its_own(resnet34: Document) -> None:
    identity = resnet34.structure.shortcuts_by_block["conv3_2"][0]
    result = sheet(resnet34, Target("shortcut", identity.id))
    assert (result.tiles, result.formulas) == ((), ())
    assert "costs  nothing of its own: the input tensor is passed on" in result.text()
    assert "0 outputs" not in result.text()


def test_that_remembered_bases_are_read_with_care() -> None:
    assert basis_of("8", "float16") == MemoryBasis(8, "float16")
    assert basis_of("", "") == MODEL_BASIS
    assert basis_of("-3", "string") == MODEL_BASIS
    assert basis_of("99999999999", "int8") == MemoryBasis(1, "int8")
    assert MemoryBasis(1024).text("float32") == "float32, batch 1,024"


def test_that_the_models_own_dtype_is_most_tensors(resnet34: Document) -> None:
    assert own_dtype(resnet34.graph) == "float32"


@pytest.fixture
def block(driver: AppDriver) -> AppDriver:
    """The window with a block's sheet."""
    driver.click(Target("group", "conv3_1"))
    return driver


def formula_row(driver: AppDriver, key: str) -> FormulaRow:
    formulas = driver.window.inspector.formulas
    assert formulas is not None
    return next(row for row in formulas.rows if row.formula.key == key)


def opened_text(row: FormulaRow) -> str:
    return " ".join(text.text() for text in row.findChildren(QLabel) if not text.isHidden())


def test_that_a_row_opens_to_its_convention_and_source(block: AppDriver) -> None:
    row = formula_row(block, "macs")
    assert not row.is_open
    row.clicked.emit()
    assert row.is_open
    assert "Biases, normalisation, pooling" in opened_text(row)
    assert "Source: He et al. 2015" in opened_text(row)
    block.qtbot.keyClick(row, Qt.Key.Key_Return)
    assert not row.is_open


def test_that_a_tile_opens_its_formula(block: AppDriver) -> None:
    inspector = block.window.inspector
    tile = next(
        frame
        for frame in inspector.findChildren(ClickFrame)
        if frame.accessibleName().startswith("Activation memory")
    )
    block.qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    row = formula_row(block, "output_bytes")
    assert row.is_open
    area = inspector.area.viewport()
    block.qtbot.waitUntil(lambda: area.rect().contains(row.mapTo(area, row.rect().center())))


def test_that_the_inspectors_button_changes_the_basis(block: AppDriver) -> None:
    inspector = block.window.inspector
    block.count_for(MemoryBasis(2, "float16"))

    assert inspector.sheet is not None
    assert inspector.sheet.basis == "float16, batch 2"
    assert "28·28·128·2 B·2" in inspector.sheet.text()


def test_that_the_sheet_is_as_wide_with_a_scroll_bar_as_without(block: AppDriver) -> None:
    area = block.window.inspector.area

    def settled(*, scrolls: bool) -> bool:
        layout = area.widget().layout()
        is_right = layout is not None and layout.contentsRect().width() == 304 - 32
        return is_right and area.verticalScrollBar().isVisible() == scrolls

    block.qtbot.waitUntil(lambda: settled(scrolls=True))
    block.session.select((Target("call", "conv3_1_relu"),))
    block.qtbot.waitUntil(lambda: settled(scrolls=False))


def test_that_with_nothing_selected_the_model_is_shown(block: AppDriver) -> None:
    inspector = block.window.inspector
    block.session.select(())
    assert inspector.sheet is None
    whole = formula_row(block, "macs")
    assert whole.formula.result == "3,663,761,408"
    assert not inspector.pin.isEnabled()
    block.count_for(MemoryBasis(2, "float16"))
    assert formula_row(block, "weight_bytes").formula.text == "21,814,696·2 B"
    block.session.select((Target("group", "conv3_1"),))
    assert formula_row(block, "macs").formula.result == "179,830,784"


def test_that_long_names_make_the_sheet_no_wider(block: AppDriver) -> None:
    block.open("tutorial_resnet34")
    assert block.session.document is not None
    structure = block.session.document.structure
    area = block.window.inspector.area
    longest_last = sorted(structure.groups, key=lambda group: max(map(len, group.calls)))
    groups = {group.kind: group.id for group in longest_last}  # one of each kind
    assert {"block", "stage", "head"} <= set(groups)
    targets = [Target("group", group) for group in groups.values()]
    shortcuts = sorted(structure.shortcuts, key=lambda shortcut: len(shortcut.join))
    targets += [Target("shortcut", shortcut.id) for shortcut in shortcuts[-3:]]
    targets += [Target("call", "block3_block_3__residual_1__pool_1")]
    for target in targets:
        block.session.select((target,))
        formula_row(block, "output_bytes")
        QApplication.processEvents()  # lays the sheet out
        assert area.widget().width() <= area.viewport().width(), target
