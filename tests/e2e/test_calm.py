"""A picture that completes itself, or comes anew, moves nothing under the reader's eyes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QVariantAnimation
from PySide6.QtWidgets import QTreeView

from resnet_viz.drawing.display_list import Target
from resnet_viz.scene.transitions.anchoring import representative
from tests.support.pictures.canvas_probe import animating, graphics
from tests.support.window.app_driver import AppDriver
from tests.support.window.completing import completed_document, config_of

LAST_BLOCK = Target("group", "s4b3")


@pytest.fixture
def file(driver: AppDriver, tmp_path: Path) -> Path:
    """net.json, open in the window; its shapes end behind the second layer."""
    made = tmp_path / "net.json"
    made.write_bytes(config_of())
    driver.open(str(made))
    assert len(panels(driver)) == 2  # nobody knows its stages yet
    return made


def panels(driver: AppDriver) -> list[str]:
    return [item.id for item in driver.picture.items if item.kind == "panel"]


def complete(driver: AppDriver, file: Path) -> None:
    """Complete the document with the shapes that Keras gives."""
    assert driver.session.document is not None
    document = completed_document(str(file), driver.session.document.graph)
    driver.after_picture(lambda: driver.program.pipeline.completed.emit(document))
    assert len(panels(driver)) == 6  # 64, 32, 16, 8 and 4 pixels, and the head


def seen_at(driver: AppDriver, target: Target) -> QPointF:
    """Position of a card's upper edge on the screen, during a glide too."""
    item = representative(driver.picture, target)
    shown = graphics(driver.canvas)[item.id]
    bounds = shown.item.bounds
    at = shown.pos() + QPointF(bounds.x + bounds.width / 2, bounds.y)
    return driver.canvas.viewportTransform().map(at)


def follow(driver: AppDriver, target: Target) -> list[QPointF]:
    """Animate, and note where a target is at every step."""
    driver.canvas.set_animated(True)
    driver.program.view_controller.animate = True
    places: list[QPointF] = []
    for animation in driver.canvas.findChildren(QVariantAnimation):
        animation.valueChanged.connect(lambda _: places.append(seen_at(driver, target)))
    return places


def wait_for_rest(driver: AppDriver) -> None:
    driver.qtbot.waitUntil(lambda: not animating(driver.canvas))


def far(one: QPointF, other: QPointF) -> float:
    return max(abs(one.x() - other.x()), abs(one.y() - other.y()))


@pytest.mark.parametrize("animated", [False, True])
def test_that_the_selected_stays_where_it_is(driver: AppDriver, file: Path, animated: bool) -> None:
    driver.session.select((LAST_BLOCK,))
    driver.canvas.zoom_to(1.3)
    driver.canvas.reveal(LAST_BLOCK)
    before = seen_at(driver, LAST_BLOCK)
    places = follow(driver, LAST_BLOCK) if animated else []
    complete(driver, file)
    wait_for_rest(driver)
    assert [place for place in places if far(place, before) > 1] == []
    assert bool(places) == animated
    assert far(seen_at(driver, LAST_BLOCK), before) <= 1
    assert driver.canvas.zoom == pytest.approx(1.3)
    assert driver.session.selection == (LAST_BLOCK,)


def nearest_card(driver: AppDriver) -> Target:
    """By measuring: the card whose middle is next to the middle of the canvas."""
    middle = QPointF(driver.canvas.viewport().rect().center())
    cards = [item for item in driver.picture.items if item.kind == "card" and item.target]
    to_view = driver.canvas.viewportTransform()

    def distance(item: object) -> float:
        off = to_view.map(QPointF(*item.bounds.center)) - middle  # type: ignore[attr-defined]
        return QPointF.dotProduct(off, off)

    target = min(cards, key=distance).target
    assert target is not None
    return target


def zoom_to_target(driver: AppDriver, target: Target) -> None:
    driver.canvas.select((target,))
    driver.canvas.fit_selection()
    driver.canvas.select(driver.session.selection)


@pytest.mark.parametrize("animated", [False, True])
@pytest.mark.parametrize("start", ["s1b1", "s2b2", "s4b1"])
def test_that_the_middle_of_a_moved_view_stays(
    driver: AppDriver, file: Path, start: str, animated: bool
) -> None:
    zoom_to_target(driver, Target("group", start))
    driver.canvas.zoom_to(1.1)
    held = nearest_card(driver)
    assert held == Target("group", start)
    before = seen_at(driver, held)
    places = follow(driver, held) if animated else []
    complete(driver, file)
    wait_for_rest(driver)
    assert [place for place in places if far(place, before) > 1] == []
    assert far(seen_at(driver, held), before) <= 1
    assert driver.canvas.zoom == pytest.approx(1.1)


def test_that_a_fitted_picture_stays_whole_when_a_taller_legend_comes(driver: AppDriver) -> None:
    driver.window.resize(1200, 760)
    driver.canvas.fit()
    bounds = driver.picture.bounds
    driver.after_picture(driver.window.actions_by_id["view.color.memory"].trigger)
    assert driver.picture.bounds.height > bounds.height
    wait_for_rest(driver)
    shown = driver.canvas.viewportTransform()
    view = driver.canvas.viewport().rect()
    for item in driver.picture.items:
        for corner in ((item.bounds.x, item.bounds.y), (item.bounds.right, item.bounds.bottom)):
            assert view.contains(shown.map(QPointF(*corner)).toPoint())


def test_that_a_moved_view_stays_where_it_is_when_colours_change(driver: AppDriver) -> None:
    zoom_to_target(driver, Target("group", "conv4_2"))
    held, zoom = nearest_card(driver), driver.canvas.zoom
    before = seen_at(driver, held)
    driver.after_picture(driver.window.actions_by_id["view.color.memory"].trigger)
    wait_for_rest(driver)
    assert far(seen_at(driver, held), before) <= 1
    assert driver.canvas.zoom == pytest.approx(zoom)


@pytest.mark.parametrize("animated", [False, True])
def test_that_a_fitted_picture_stays_fitted_by_a_glide(
    driver: AppDriver, file: Path, animated: bool
) -> None:
    zoom = driver.canvas.zoom
    follow(driver, LAST_BLOCK) if animated else None
    zooms: list[float] = []
    driver.canvas.zoom_changed.connect(zooms.append)
    complete(driver, file)
    assert animating(driver.canvas) == animated
    if animated:
        assert driver.canvas.zoom == pytest.approx(zoom)  # at first all is where it was
    driver.qtbot.waitUntil(lambda: not animating(driver.canvas))
    wait_for_rest(driver)
    assert driver.canvas.zoom > zoom  # five columns suit the view better than one long one
    assert animated or len(zooms) == 1  # a busy machine shows few steps of a glide
    assert zooms == sorted(zooms)
    place, after = seen_at(driver, LAST_BLOCK), driver.canvas.zoom
    driver.canvas.set_animated(False)
    driver.canvas.fit()
    assert driver.canvas.zoom == pytest.approx(after)
    assert far(seen_at(driver, LAST_BLOCK), place) <= 1


def test_that_what_is_out_of_sight_holds_nothing(driver: AppDriver, file: Path) -> None:
    driver.session.select((LAST_BLOCK,))
    zoom_to_target(driver, Target("group", "s1b1"))
    driver.canvas.zoom_to(2.0)
    held = nearest_card(driver)
    before = seen_at(driver, held)
    complete(driver, file)
    assert far(seen_at(driver, held), before) <= 1
    assert driver.session.selection == (LAST_BLOCK,)


def outline_rows(tree: QTreeView) -> list[tuple[str, int]]:
    """The titles that are seen, with their places."""
    model, found = tree.model(), []
    index = tree.indexAt(QPoint(1, 1))
    while index.isValid() and tree.visualRect(index).top() < tree.viewport().height():
        found.append((model.data(index), tree.visualRect(index).top()))
        index = tree.indexBelow(index)
    return found


def test_that_outline_and_inspector_stay_as_they_are(driver: AppDriver, file: Path) -> None:
    outline, inspector = driver.window.outline, driver.window.inspector
    outline.tree.expand(driver.row_of(LAST_BLOCK))
    driver.session.select((LAST_BLOCK,))
    inspector.pin.click()
    driver.session.select(())
    bar = outline.tree.verticalScrollBar()
    driver.window.resize(1600, 620)
    driver.qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    top = outline_rows(outline.tree)[0][0]
    complete(driver, file)
    assert outline_rows(outline.tree)[0] == (top, 0)
    outline.tree.scrollToBottom()
    assert "unit 2 · 3×3, 128" in [title for title, _ in outline_rows(outline.tree)]
    assert inspector.pin.isChecked()
    assert "s4b3" in driver.sheet


def test_that_a_search_goes_on(driver: AppDriver, file: Path) -> None:
    outline = driver.window.outline
    driver.qtbot.keyClicks(outline.search, "down3")
    complete(driver, file)
    assert outline.search.text() == "down3"
    assert "down3" in [title for title, _ in outline_rows(outline.tree)]
    assert "down4" not in [title for title, _ in outline_rows(outline.tree)]
    driver.qtbot.keyClick(outline.search, Qt.Key.Key_Escape)
    assert "down4" in [title for title, _ in outline_rows(outline.tree)]
