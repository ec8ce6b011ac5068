"""Compare view: two canvases that go together, one list, totals with deltas, versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.comparison.opening import ComparisonOpener
from resnet_viz.gui.opening.source_dialog import SourceDialog
from resnet_viz.scene.canvas import Canvas
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import ModelFile
from tests.qt.gui.conftest import document_of
from tests.support.graphs.net import Net
from tests.support.window.app_driver import AppDriver


@pytest.fixture
def view(driver: AppDriver) -> ComparisonOpener:
    """ResNet-34 beside Plain-34."""
    return opened(driver, "plain34")


def opened(driver: AppDriver, other: str) -> ComparisonOpener:
    comparison = driver.program.comparison
    comparison.open(parse_source(other))
    driver.qtbot.waitUntil(lambda: comparison.controller.is_open)
    return comparison


def drawn(driver: AppDriver, view: ComparisonOpener) -> None:
    """Wait for the picture that was asked for last."""
    before = view.controller.pictures
    driver.qtbot.waitUntil(lambda: view.controller.pictures is not before)


def titles(canvas: Canvas) -> list[str]:
    assert canvas.display_list is not None
    return [item.title for item in canvas.display_list.items]


def test_that_the_command_asks_for_the_other_model(driver: AppDriver) -> None:
    driver.window.actions_by_id["file.compare"].trigger()
    dialog = driver.window.findChild(SourceDialog)
    assert dialog is not None
    dialog.field.setText("plain34")
    dialog.ok.click()
    controller = driver.program.comparison.controller
    driver.qtbot.waitUntil(lambda: controller.is_open)
    assert controller.pair is not None
    assert [document.title for document in controller.pair] == ["ResNet-34", "Plain-34"]


def test_that_both_models_are_shown_with_what_differs(view: ComparisonOpener) -> None:
    page = view.controller.page
    assert page.shown == ("a", "b")
    arcs = [title for title in titles(page.canvases["a"]) if title.endswith("(removed)")]
    assert len(arcs) == 32  # 16 arcs and 16 circles
    assert page.lines["a"].about.text() == (
        "34 weighted layers, 13 identity + 3 projection shortcuts"
    )
    assert page.lines["b"].about.text() == "34 weighted layers, no shortcuts"
    assert page.lines["b"].parameters.text() == "21,623,848 trainable parameters"


def test_that_totals_have_deltas(view: ComparisonOpener) -> None:
    rows = {row[0]: row[1:] for row in view.controller.page.totals.texts()}
    assert rows["parameters"] == ["21,814,696", "21,639,080", "−175,616", "−0.81 %"]
    assert rows["trainable parameters"][2:] == ["−173,824", "−0.80 %"]
    assert rows["MACs"] == ["3,663,761,408", "3,644,493,824", "−19,267,584", "−0.53 %"]
    assert rows["shortcuts"] == ["16", "0", "−16", "−100.00 %"]
    assert rows["weighted layers"] == ["34", "34", "0", ""]


def test_that_the_list_is_grouped_and_filtered(view: ComparisonOpener) -> None:
    panel = view.controller.page.differences
    assert panel.texts() == [
        "− 13 × identity shortcut",
        "− 3 × projection shortcut",
        "− 16 calls",
        "− 3 units",
        "16 calls differ only in what follows from this (inputs).",
    ]
    assert panel.header.note() == "35 differences"  # 16 shortcuts, 16 additions, 3 projections
    panel.filter.setText("conv4_1")
    assert panel.texts() == ["− 3 × projection shortcut", "− 16 calls", "− 3 units"]
    panel.filter.setText("nothing of this")
    assert panel.texts() == []
    assert panel.header.note() == "no difference"


def test_that_a_click_on_a_pair_shows_both_ends(driver: AppDriver) -> None:
    view = opened(driver, "tutorial_resnet34")
    page = view.controller.page
    page.differences.select(0, 1)
    (ends,) = view.controller.selection
    assert ends.a is not None
    assert ends.b is not None
    assert ends.a.kind == ends.b.kind == "shortcut"
    assert page.canvases["a"].selected == (ends.a,)
    assert page.canvases["b"].selected == (ends.b,)
    assert page.handles.matches == ((ends.a, ends.b),)
    ((start, end),) = page.handles.lines()
    assert start.x() < page.handles.width() / 2 < end.x()


def test_that_a_click_in_one_canvas_selects_the_match_in_the_other(
    driver: AppDriver, view: ComparisonOpener
) -> None:
    page = view.controller.page
    page.canvases["a"].picked.emit((Target("group", "conv1"),))
    assert page.canvases["b"].selected == (Target("group", "conv1"),)
    assert len(page.handles.lines()) == 1
    page.canvases["b"].picked.emit((Target("call", "fc"),))
    assert page.canvases["a"].selected == (Target("call", "fc"),)
    page.canvases["a"].picked.emit(())
    assert page.canvases["b"].selected == ()
    assert page.handles.lines() == []
    del driver


def test_that_the_canvases_pan_and_zoom_together_until_told_otherwise(
    driver: AppDriver, view: ComparisonOpener
) -> None:
    page = view.controller.page
    a, b = page.canvases["a"], page.canvases["b"]
    ratio = a.zoom / b.zoom
    a.zoom_to(2.0)
    assert b.zoom == pytest.approx(2.0 / ratio)
    before = b.center
    a.look_at(a.center + QPointF(100, 50), 2.0)
    moved = b.center - before
    assert moved.x() == pytest.approx(100 * ratio, abs=1)
    assert moved.y() == pytest.approx(50 * ratio, abs=1)
    b.zoom_to(1.0)
    assert a.zoom == pytest.approx(ratio)
    page.fit()
    driver.qtbot.waitUntil(lambda: a.is_fitted and b.is_fitted)
    page.bar.sync.setChecked(False)
    zoom = b.zoom
    a.zoom_to(3.0)
    assert b.zoom == zoom


def test_that_opening_a_group_opens_its_match(driver: AppDriver, view: ComparisonOpener) -> None:
    view.controller.compare(document_of("resnet18"), document_of("resnet34"))
    drawn(driver, view)
    page = view.controller.page
    page.canvases["a"].toggle_requested.emit("conv3_1")
    drawn(driver, view)
    for side in ("a", "b"):
        shown = page.canvases[side].display_list
        assert shown is not None
        assert any(item.kind == "frame" for item in shown.items), side


def test_that_both_in_one_shows_the_union(driver: AppDriver, view: ComparisonOpener) -> None:
    page = view.controller.page
    page.differences.select(1)
    page.bar.layout_choice.button("union").click()
    driver.qtbot.waitUntil(lambda: page.shown == ("union",))
    marked = [title for title in titles(page.canvases["union"]) if "(removed)" in title]
    assert len(marked) == 32
    assert len(page.canvases["union"].selected) == 3
    assert "22 removed" in page.lines["union"].about.text()
    assert not page.handles.isVisible()


def test_that_only_differences_closes_what_is_equal(
    driver: AppDriver, view: ComparisonOpener
) -> None:
    page = view.controller.page
    page.bar.only.click()
    drawn(driver, view)
    shown = page.canvases["a"].display_list
    assert shown is not None
    closed = {item.id for item in shown.items if item.id.startswith("stage:")}
    assert closed == {"stage:conv1", "stage:head"}  # every other stage has lost shortcuts


def test_that_models_are_swapped(driver: AppDriver, view: ComparisonOpener) -> None:
    page = view.controller.page
    page.bar.swap.click()
    drawn(driver, view)
    assert page.lines["a"].title.text() == "Plain-34"
    assert page.differences.texts()[0] == "+ 13 × identity shortcut"


def test_that_back_returns_to_the_model_and_its_panels(
    driver: AppDriver, view: ComparisonOpener
) -> None:
    window = driver.window
    assert not window.toolbar.isVisible()
    assert not window.panel("outline").isVisible()
    assert not window.actions_by_id["view.fit"].isEnabled()
    driver.qtbot.keyClick(view.controller.page, Qt.Key.Key_Escape)
    assert not view.controller.is_open
    assert window.toolbar.isVisible()
    assert window.panel("outline").isVisible()
    assert window.canvas.isVisible()
    assert window.actions_by_id["view.fit"].isEnabled()


def test_that_another_model_closes_the_view(driver: AppDriver, view: ComparisonOpener) -> None:
    driver.open("resnet18")
    assert not view.controller.is_open
    assert driver.canvas.isVisible()


@pytest.mark.parametrize("layout", ["side", "union"])
def test_that_the_picture_is_exported(
    driver: AppDriver, view: ComparisonOpener, tmp_path: Path, layout: str
) -> None:
    page = view.controller.page
    page.bar.layout_choice.button(layout).click()
    expected = ("union",) if layout == "union" else ("a", "b")
    driver.qtbot.waitUntil(lambda: page.shown == expected)
    driver.prompter.target = str(tmp_path / "compared.svg")
    page.bar.export.click()
    driver.qtbot.waitUntil(lambda: not driver.program.exporter.busy)
    text = (tmp_path / "compared.svg").read_text()
    assert "Comparison: ResNet-34 → Plain-34: 22 removed" in text
    assert (">B  Plain-34<" in text) is (layout == "side")


def test_that_a_wrong_model_is_reported_and_the_view_stays(
    driver: AppDriver, view: ComparisonOpener, tmp_path: Path
) -> None:
    view.open(parse_source(str(tmp_path / "missing.keras")))
    driver.qtbot.waitUntil(lambda: "missing.keras" in driver.notice)
    assert view.controller.is_open


def test_that_themes_change_while_it_is_shown(driver: AppDriver, view: ComparisonOpener) -> None:
    driver.do("view.dark")
    grab = view.controller.page.canvases["a"].grab().toImage()
    assert grab.pixelColor(3, 3).lightness() < 60


def test_that_models_with_nothing_in_common_are_side_by_side_only(
    driver: AppDriver, view: ComparisonOpener
) -> None:
    page = view.controller.page
    assert page.bar.layout_choice.button("union").isEnabled()
    net = document_of("resnet34")
    view.controller.compare(net, unrelated())
    drawn(driver, view)
    assert not page.bar.layout_choice.button("union").isEnabled()
    assert page.shown == ("a", "b")


def unrelated() -> Document:
    net = Net("dropouts")
    x = net.input(784)
    for _ in range(40):
        x = net.call("Dropout", x, shape=(None, 784))
    return make_document(ModelFile("dropouts.keras"), "Dropouts", net.graph(x))
