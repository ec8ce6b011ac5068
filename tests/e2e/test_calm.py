"""A picture that completes itself, or comes anew, moves nothing under the reader's eyes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QTreeView

from resnet_viz.drawing.display_list import Target
from resnet_viz.scene.transitions.anchoring import representative
from tests.support.window.app_driver import Desk
from tests.support.window.completing import completed_document, config_of

LAST_BLOCK = Target("group", "s4b3")


@pytest.fixture
def file(desk: Desk, tmp_path: Path) -> Path:
    """net.json, open in the window; its shapes end behind the second layer."""
    made = tmp_path / "net.json"
    made.write_bytes(config_of())
    desk.open(str(made))
    assert len(panels(desk)) == 2  # nobody knows its stages yet
    return made


def panels(desk: Desk) -> list[str]:
    return [item.id for item in desk.picture.items if item.kind == "panel"]


def complete(desk: Desk, file: Path) -> None:
    """What comes when Keras has said every shape."""
    assert desk.session.document is not None
    document = completed_document(str(file), desk.session.document.graph)
    desk.after_picture(lambda: desk.program.pipeline.completed.emit(document))
    assert len(panels(desk)) == 6  # 64, 32, 16, 8 and 4 pixels, and the head


def seen_at(desk: Desk, target: Target) -> QPointF:
    """Where the upper edge of a target's card is on the screen now, in the midst of a glide too."""
    item = representative(desk.picture, target)
    shown = desk.canvas._mirror[item.id]
    bounds = shown.item.bounds
    at = shown.pos() + QPointF(bounds.x + bounds.width / 2, bounds.y)
    return desk.canvas.viewportTransform().map(at)


def follow(desk: Desk, target: Target) -> list[QPointF]:
    """Animate, and note where a target is at every step."""
    desk.canvas.set_animated(True)
    desk.program.viewing.animate = True
    places: list[QPointF] = []
    desk.canvas._glide._animation.valueChanged.connect(
        lambda _: places.append(seen_at(desk, target))
    )
    return places


def wait_for_rest(desk: Desk) -> None:
    desk.qtbot.waitUntil(lambda: not desk.canvas._glide.running)


def far(one: QPointF, other: QPointF) -> float:
    return max(abs(one.x() - other.x()), abs(one.y() - other.y()))


@pytest.mark.parametrize("animated", [False, True])
def test_that_the_selected_stays_where_it_is(desk: Desk, file: Path, animated: bool) -> None:
    desk.session.select((LAST_BLOCK,))
    desk.canvas.zoom_to(1.3)
    desk.canvas.reveal(LAST_BLOCK)
    before = seen_at(desk, LAST_BLOCK)
    places = follow(desk, LAST_BLOCK) if animated else []
    complete(desk, file)
    wait_for_rest(desk)
    assert [place for place in places if far(place, before) > 1] == []
    assert bool(places) == animated
    assert far(seen_at(desk, LAST_BLOCK), before) <= 1
    assert desk.canvas.zoom == pytest.approx(1.3)
    assert desk.session.selection == (LAST_BLOCK,)


def nearest_card(desk: Desk) -> Target:
    """By measuring: the card whose middle is next to the middle of the canvas."""
    middle = QPointF(desk.canvas.viewport().rect().center())
    cards = [item for item in desk.picture.items if item.kind == "card" and item.target]
    to_view = desk.canvas.viewportTransform()

    def distance(item: object) -> float:
        off = to_view.map(QPointF(*item.bounds.center)) - middle  # type: ignore[attr-defined]
        return QPointF.dotProduct(off, off)

    target = min(cards, key=distance).target
    assert target is not None
    return target


@pytest.mark.parametrize("animated", [False, True])
@pytest.mark.parametrize("start", ["s1b1", "s2b2", "s4b1"])
def test_that_the_middle_of_a_moved_view_stays(
    desk: Desk, file: Path, start: str, animated: bool
) -> None:
    desk.canvas.fit_target(Target("group", start))
    desk.canvas.zoom_to(1.1)
    held = nearest_card(desk)
    assert held == Target("group", start)
    before = seen_at(desk, held)
    places = follow(desk, held) if animated else []
    complete(desk, file)
    wait_for_rest(desk)
    assert [place for place in places if far(place, before) > 1] == []
    assert far(seen_at(desk, held), before) <= 1
    assert desk.canvas.zoom == pytest.approx(1.1)


def test_that_a_fitted_picture_stays_whole_when_a_taller_legend_comes(desk: Desk) -> None:
    desk.window.resize(1200, 760)
    desk.canvas.fit()
    bounds = desk.picture.bounds
    desk.after_picture(desk.window.actions_by_id["view.color.memory"].trigger)
    assert desk.picture.bounds.height > bounds.height
    wait_for_rest(desk)
    shown = desk.canvas.viewportTransform()
    view = desk.canvas.viewport().rect()
    for item in desk.picture.items:
        for corner in ((item.bounds.x, item.bounds.y), (item.bounds.right, item.bounds.bottom)):
            assert view.contains(shown.map(QPointF(*corner)).toPoint())


def test_that_a_moved_view_stays_where_it_is_when_colours_change(desk: Desk) -> None:
    desk.canvas.fit_target(Target("group", "conv4_2"))
    held, zoom = nearest_card(desk), desk.canvas.zoom
    before = seen_at(desk, held)
    desk.after_picture(desk.window.actions_by_id["view.color.memory"].trigger)
    wait_for_rest(desk)
    assert far(seen_at(desk, held), before) <= 1
    assert desk.canvas.zoom == pytest.approx(zoom)


@pytest.mark.parametrize("animated", [False, True])
def test_that_a_fitted_picture_stays_fitted_by_a_glide(
    desk: Desk, file: Path, animated: bool
) -> None:
    zoom = desk.canvas.zoom
    follow(desk, LAST_BLOCK) if animated else None
    zooms: list[float] = []
    desk.canvas.zoom_changed.connect(zooms.append)
    complete(desk, file)
    if animated:
        assert desk.canvas.zoom == pytest.approx(zoom)  # at first all is where it was
    desk.qtbot.waitUntil(lambda: desk.canvas._camera._flight.state().value == 0)
    wait_for_rest(desk)
    assert desk.canvas.zoom > zoom  # five columns suit the view better than one long one
    assert (len(zooms) > 1) == animated
    assert zooms == sorted(zooms)
    place, after = seen_at(desk, LAST_BLOCK), desk.canvas.zoom
    desk.canvas.set_animated(False)
    desk.canvas.fit()
    assert desk.canvas.zoom == pytest.approx(after)
    assert far(seen_at(desk, LAST_BLOCK), place) <= 1


def test_that_what_is_out_of_sight_holds_nothing(desk: Desk, file: Path) -> None:
    desk.session.select((LAST_BLOCK,))
    desk.canvas.fit_target(Target("group", "s1b1"))
    desk.canvas.zoom_to(2.0)
    held = nearest_card(desk)
    before = seen_at(desk, held)
    complete(desk, file)
    assert far(seen_at(desk, held), before) <= 1
    assert desk.session.selection == (LAST_BLOCK,)


def outline_rows(tree: QTreeView) -> list[tuple[str, int]]:
    """The titles that are seen, with their places."""
    model, found = tree.model(), []
    index = tree.indexAt(QPoint(1, 1))
    while index.isValid() and tree.visualRect(index).top() < tree.viewport().height():
        found.append((model.data(index), tree.visualRect(index).top()))
        index = tree.indexBelow(index)
    return found


def test_that_outline_and_inspector_stay_as_they_are(desk: Desk, file: Path) -> None:
    outline, inspector = desk.window.outline, desk.window.inspector
    outline.expand(LAST_BLOCK)
    desk.session.select((LAST_BLOCK,))
    inspector.pin.click()
    desk.session.select(())
    bar = outline.tree.verticalScrollBar()
    desk.window.resize(1600, 620)
    desk.qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    top = outline_rows(outline.tree)[0][0]
    complete(desk, file)
    assert outline_rows(outline.tree)[0] == (top, 0)
    outline.tree.scrollToBottom()
    assert "unit 2 · 3×3, 128" in [title for title, _ in outline_rows(outline.tree)]
    assert inspector.pin.isChecked()
    assert "s4b3" in desk.sheet


def test_that_a_search_goes_on(desk: Desk, file: Path) -> None:
    outline = desk.window.outline
    desk.qtbot.keyClicks(outline.search, "down3")
    complete(desk, file)
    assert outline.search.text() == "down3"
    assert "down3" in [title for title, _ in outline_rows(outline.tree)]
    assert "down4" not in [title for title, _ in outline_rows(outline.tree)]
    desk.qtbot.keyClick(outline.search, Qt.Key.Key_Escape)
    assert "down4" in [title for title, _ in outline_rows(outline.tree)]
