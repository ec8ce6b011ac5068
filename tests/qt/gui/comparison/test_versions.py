"""Versions of a file that is edited while it is open, and builds that fail."""

from __future__ import annotations

from pathlib import Path

import pytest

import resnet_viz
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.display_list import Target, Text
from resnet_viz.graph.failed_build import FailedBuild
from resnet_viz.graph.types import Graph, LayerCall, Tensor
from resnet_viz.gui.comparison.history import MOST, VersionHistory
from resnet_viz.sources.types import ModelFile, PythonFunction
from tests.support.graphs.net import Net
from tests.support.window.app_driver import AppDriver


def version(number: int) -> Document:
    net = Net(f"net{number}")
    return make_document(ModelFile("net.keras"), "net", net.graph(net.dense(net.input(4), number)))


def test_that_versions_are_stepped_through_in_pairs() -> None:
    history = VersionHistory()
    made = [version(number) for number in range(1, 5)]
    for document in made:
        history.add(document, "14:02:05")
    assert [each.text for each in history.versions][:2] == [
        "Version 1, 14:02:05",
        "Version 2, 14:02:05",
    ]
    assert history.step(made[2], made[3], -1) == (made[1], made[2])
    assert history.step(made[0], made[3], -1) == (made[1], made[2])  # any two may be shown
    assert history.step(made[0], made[1], -1) is None
    assert history.step(made[2], made[3], 1) is None
    assert history.step(version(9), made[3], -1) is None


def test_that_the_oldest_versions_and_those_of_another_file_go() -> None:
    history = VersionHistory()
    for number in range(1, MOST + 3):
        history.add(version(number), "")
    assert [each.number for each in history.versions] == list(range(3, MOST + 3))
    other = make_document(ModelFile("other.keras"), "other", version(1).graph)
    history.add(other, "")
    assert [each.document for each in history.versions] == [other]


@pytest.fixture
def file(driver: AppDriver, tmp_path: Path) -> Path:
    """An open snapshot of ResNet-18."""
    path = tmp_path / "arch.json"
    resnet_viz.snapshot("resnet18", path)
    driver.open(str(path))
    return path


def test_that_a_reload_says_what_has_changed_and_shows_it(driver: AppDriver, file: Path) -> None:
    resnet_viz.snapshot("plain18", file)
    # 8 additions, and a convolution and its normalisation in each of 3 projections
    said = "Reloaded arch.json: 14 removed, 8 other shortcuts"
    driver.qtbot.waitUntil(lambda: driver.notice == said)
    button = driver.window.notices.button("Show changes")
    assert button is not None
    button.click()
    controller = driver.program.comparison.controller
    driver.qtbot.waitUntil(lambda: controller.is_open)
    assert "version 1" in controller.page.lines["a"].title.text()
    assert "version 2" in controller.page.lines["b"].title.text()
    assert controller.models is not None
    assert controller.models.comparison.counts.removed == 14


def test_that_a_view_of_versions_follows_the_file_and_steps_back(
    driver: AppDriver, file: Path
) -> None:
    resnet_viz.snapshot("plain18", file)
    driver.qtbot.waitUntil(lambda: driver.window.notices.button("Show changes") is not None)
    button = driver.window.notices.button("Show changes")
    assert button is not None
    button.click()
    comparison = driver.program.comparison
    page = comparison.controller.page
    driver.qtbot.waitUntil(lambda: comparison.controller.is_open)
    resnet_viz.snapshot("plain34", file)
    driver.qtbot.waitUntil(lambda: "version 3" in page.lines["b"].title.text())
    assert "version 2" in page.lines["a"].title.text()
    assert page.bar.older.isEnabled()
    assert not page.bar.newer.isEnabled()
    page.bar.older.click()
    driver.qtbot.waitUntil(lambda: "version 2" in page.lines["b"].title.text())
    assert page.bar.newer.isEnabled()


def test_that_an_equal_architecture_is_said_to_be_one(driver: AppDriver, file: Path) -> None:
    text = file.read_text()
    file.write_text(text + "\n")
    driver.qtbot.waitUntil(lambda: driver.notice == "Reloaded arch.json: the same architecture")
    assert driver.window.notices.button("Show changes") is None


def failed() -> FailedBuild:
    net = Net("up_to_here")
    image = net.input(8, 8, 3)
    wide = net.conv(image, 16)
    small = net.conv(image, 8, 3, 2)
    graph = net.graph(wide, small)
    end = LayerCall(
        "sum", "sum", 0, "Add", "keras.layers", {}, {}, (wide, small), (Tensor(None, None),)
    )
    whole = Graph("up_to_here", (*graph.calls, end), graph.inputs, graph.outputs)
    return FailedBuild(whole, "sum", "net.py", 12)


@pytest.mark.parametrize("is_first", [False, True], ids=["after a version", "at first"])
def test_that_a_build_that_fails_is_drawn_up_to_where_the_shapes_meet(
    driver: AppDriver, is_first: bool
) -> None:
    source = PythonFunction("net.py", "build")
    if not is_first:
        net = Net("net")
        before = net.graph(net.conv(net.input(8, 8, 3), 16))
        document = make_document(source, "build", before)
        picture, view = driver.session.picture, driver.session.view
        assert picture is not None
        driver.session.set_document(document, view, picture)
    kept = driver.session.document
    comparison = driver.program.comparison
    comparison.show_failure(source, failed(), is_asked=True)
    driver.qtbot.waitUntil(lambda: comparison.controller.is_open)
    page = comparison.controller.page
    assert page.shown == (("union",) if is_first else ("a", "b"))
    assert page.differences.texts()[0] == "! Add can't take 8×8×16 and 4×4×8 (net.py, line 12)"
    canvas = page.canvases["union" if is_first else "b"]
    assert canvas.selected == (Target("call", "sum"),)
    assert canvas.display_list is not None
    items = canvas.display_list.items
    (marks,) = [item.marks for item in items if item.target == Target("call", "sum")]
    assert [m.text for m in marks if isinstance(m, Text)][-2:] == [
        "8×8×16 ≠ 4×4×8",
        "net.py, line 12",
    ]
    assert driver.session.document is kept  # the last picture stays
