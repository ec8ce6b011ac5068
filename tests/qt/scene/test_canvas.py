"""Pictures on the canvas: replacing, anchoring, animating, themes, levels of detail, overlays."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import FAR, MID, NEAR, DisplayList, Rect, Target
from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.paint.painter import CompiledItem
from resnet_viz.scene.canvas import Canvas
from resnet_viz.scene.overlays.minimap import Minimap
from resnet_viz.scene.overlays.zoom_control import ZoomControl
from resnet_viz.scene.transitions import glide
from tests.support.pictures.canvas_probe import (
    animating,
    graphics,
    look_at,
    overlay,
    pan,
    picture_of,
    visible_area,
    zoom_button,
)
from tests.support.pictures.scene_items import group, picture


def on_screen(canvas: Canvas, item_id: str) -> QPointF:
    """The top middle of an item in pixels of the viewport."""
    area = graphics(canvas)[item_id].sceneBoundingRect()
    return canvas.viewportTransform().map(QPointF(area.center().x(), area.top()))


def color_at(canvas: Canvas, at: QPointF) -> str:
    return canvas.grab().toImage().pixelColor(at.toPoint()).name().upper()


def all_in_place(canvas: Canvas) -> bool:
    shown = picture_of(canvas)
    return all(
        painted.pos() == QPointF(0, 0) and painted.opacity() == 1 and painted.item is item
        for painted, item in zip(graphics(canvas).values(), shown.items, strict=True)
    )


def test_that_the_picture_is_mirrored_item_by_item(canvas: Canvas) -> None:
    shown = picture_of(canvas)
    assert len(canvas.scene().items()) == len(shown.items)
    assert list(graphics(canvas)) == [item.id for item in shown.items]


def test_that_the_first_picture_is_fitted_and_stays_fitted(bare_canvas: Canvas) -> None:
    bare_canvas.show_picture(picture(columns=6))
    first = bare_canvas.zoom
    assert first < 1
    bare_canvas.resize(600, 700)
    QApplication.processEvents()
    shown = picture_of(bare_canvas)
    assert bare_canvas.zoom == pytest.approx((600 - 8) / (shown.bounds.width - 28))
    bare_canvas.actual_size()
    bare_canvas.resize(500, 700)
    QApplication.processEvents()
    assert bare_canvas.zoom == 1.0


def test_that_resizing_keeps_the_middle(canvas: Canvas) -> None:
    before = visible_area(canvas).center()
    canvas.resize(501, 403)
    QApplication.processEvents()
    after = visible_area(canvas).center()
    assert abs(after.x() - before.x()) <= 1
    assert abs(after.y() - before.y()) <= 1


def test_that_a_new_picture_keeps_zoom_selection_and_anchor(canvas: Canvas) -> None:
    canvas.zoom_to(1.25)
    canvas.select((group("s1_2"), Target("edge", "s1→s2"), group("s2_3")))
    before = on_screen(canvas, "card:s1_2")
    picked: list[object] = []
    canvas.picked.connect(picked.append)
    canvas.show_picture(picture(opened="s1_2"), anchor=group("s1_2"))
    after = on_screen(canvas, "frame:s1_2")
    assert canvas.zoom == 1.25
    assert abs(after.y() - before.y()) <= 1
    assert canvas.selected == (group("s1_2"), Target("edge", "s1→s2"), group("s2_3"))
    assert graphics(canvas)["frame:s1_2"].state.selected
    canvas.show_picture(picture(columns=1))
    assert canvas.selected == (group("s1_2"),)
    assert picked == []


def test_that_without_anchor_the_middle_item_stays(canvas: Canvas) -> None:
    look_at(canvas, QPointF(330, 306))
    before = on_screen(canvas, "card:s2_3")
    canvas.show_picture(picture(columns=2, blocks=3, opened="s1_1"))
    after = on_screen(canvas, "card:s2_3")
    assert (after - before).manhattanLength() <= 2


def test_that_a_picture_of_another_model_is_fitted(canvas: Canvas) -> None:
    canvas.zoom_to(4)
    other = picture(columns=1)
    renamed = tuple(replace(item, target=Target("call", item.id), also=()) for item in other.items)
    canvas.show_picture(DisplayList(other.bounds, renamed))
    assert canvas.zoom == 1.0


def test_that_nothing_can_be_shown(canvas: Canvas) -> None:
    canvas.select((group("s1_2"),))
    canvas.show_picture(None)
    assert canvas.display_list is None
    assert canvas.selected == ()
    assert canvas.scene().items() == []
    assert not overlay(canvas, ZoomControl).isVisible()
    canvas.grab()
    canvas.show_picture(picture())
    assert canvas.display_list is not None


def test_that_programmatic_selection_is_silent_and_skips_what_is_not_shown(canvas: Canvas) -> None:
    picked: list[object] = []
    canvas.picked.connect(picked.append)
    canvas.select((group("gone"), group("s2_1")))
    assert canvas.selected == (group("s2_1"),)
    assert picked == []


def test_that_reveal_scrolls_only_if_needed_and_never_zooms(canvas: Canvas) -> None:
    canvas.show_picture(picture(blocks=20))
    canvas.actual_size()
    before = visible_area(canvas)
    canvas.reveal(group("s1_1"))
    canvas.reveal(group("gone"))
    canvas.reveal(group("s1_19"))
    after = visible_area(canvas)
    shown = picture_of(canvas)
    area = shown.by_id["card:s1_19"].bounds
    assert after != before
    assert after.contains(QRectF(area.x, area.y, area.width, area.height))
    canvas.reveal(group("s1_18"))
    assert visible_area(canvas) == after
    assert canvas.zoom == 1.0


@pytest.mark.parametrize("zoom", [0.25, 0.5, 0.8, 1.5])
def test_that_cards_are_painted_for_the_zoom(
    canvas: Canvas, monkeypatch: pytest.MonkeyPatch, zoom: float
) -> None:
    levels: set[int] = set()
    canvas.zoom_to(zoom)
    canvas.grab()
    monkeypatch.setattr(CompiledItem, "paint", lambda _self, _painter, lod, _state: levels.add(lod))
    canvas.grab()
    assert levels == {NEAR if zoom >= 0.8 else MID if zoom >= 0.4 else FAR}


def test_that_far_away_cards_are_plain_rectangles_in_the_stages_colour(canvas: Canvas) -> None:
    canvas.zoom_to(0.3)
    shown = picture_of(canvas)
    middle = canvas.viewportTransform().map(QPointF(*shown.by_id["card:s1_2"].bounds.center))
    assert color_at(canvas, middle) == LIGHT["stage1"]


def test_that_what_is_not_seen_is_not_compiled(bare_canvas: Canvas) -> None:
    bare_canvas.show_picture(picture(columns=20))
    bare_canvas.actual_size()
    look_at(bare_canvas, QPointF(0, 0), QPoint(0, 0))
    bare_canvas.show_picture(picture(columns=20, blocks=4))
    bare_canvas.grab()
    assert graphics(bare_canvas)["card:s1_1"].compiled is not None
    assert graphics(bare_canvas)["card:s19_1"].compiled is None


def test_that_the_theme_changes_ground_and_items(canvas: Canvas) -> None:
    corner = QPointF(1, 1)
    shown = picture_of(canvas)
    x, y = shown.by_id["card:s1_2"].bounds.center
    card = canvas.viewportTransform().map(QPointF(x + 40, y + 20))
    assert color_at(canvas, corner) == LIGHT["canvas"]
    assert color_at(canvas, card) == LIGHT["card"]
    canvas.set_theme(DARK)
    assert color_at(canvas, corner) == DARK["canvas"]
    assert color_at(canvas, card) == DARK["card"]


def test_that_the_grid_has_dots_every_20_pixels_from_80_per_cent_on(canvas: Canvas) -> None:
    at = canvas.viewportTransform().map(QPointF(-80, -60))
    image = canvas.grab().toImage()

    def dots() -> int:
        area = [(x, y) for x in range(41) for y in range(41)]
        ground = QColor(LIGHT["canvas"])
        return sum(image.pixelColor(int(at.x()) + x, int(at.y()) + y) != ground for x, y in area)

    near = dots()
    canvas.zoom_to(0.79)
    image = canvas.grab().toImage()
    assert near > 0
    assert dots() == 0


def test_that_dimming_fades_the_picture_to_35_per_cent(canvas: Canvas) -> None:
    shown = picture_of(canvas)
    canvas.zoom_to(0.3)
    middle = canvas.viewportTransform().map(QPointF(*shown.by_id["card:s1_2"].bounds.center))
    canvas.set_dimmed(True)
    dimmed = QColor(color_at(canvas, middle))
    full, ground = QColor(LIGHT["stage1"]), QColor(LIGHT["canvas"])
    assert dimmed.red() == pytest.approx(0.35 * full.red() + 0.65 * ground.red(), abs=2)
    canvas.set_dimmed(False)
    assert color_at(canvas, middle) == LIGHT["stage1"]


def test_that_an_animation_ends_with_all_items_in_place(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_animated(True)
    before = on_screen(canvas, "card:s1_3")
    canvas.show_picture(picture(opened="s1_2"), anchor=group("s1_2"))
    assert animating(canvas)
    assert (on_screen(canvas, "card:s1_3") - before).manhattanLength() <= 2
    assert graphics(canvas)["frame:s1_2"].opacity() < 1
    qtbot.waitUntil(lambda: not animating(canvas))
    assert all_in_place(canvas)


def test_that_a_picture_in_the_middle_of_an_animation_finds_its_place(
    qtbot: QtBot, canvas: Canvas
) -> None:
    canvas.set_animated(True)
    canvas.show_picture(picture(opened="s1_2"), anchor=group("s1_2"))
    canvas.show_picture(picture(), anchor=group("s1_2"))
    canvas.show_picture(picture(opened="s2_1"), anchor=group("s2_1"))
    qtbot.waitUntil(lambda: not animating(canvas))
    assert all_in_place(canvas)


@pytest.mark.parametrize("off", ["setting", "system", "argument"])
def test_that_nothing_moves_without_animations(
    canvas: Canvas, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    canvas.set_animated(off != "setting")
    if off == "system":
        monkeypatch.setattr("resnet_viz.scene.canvas.reduced_motion", lambda: True)
    canvas.show_picture(picture(opened="s1_2"), anchor=group("s1_2"), animate=off != "argument")
    assert not animating(canvas)
    assert all_in_place(canvas)


def test_that_the_style_tells_of_reduced_motion(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    assert not glide.reduced_motion()


def test_that_an_animated_fit_ends_where_a_plain_one_does(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.show_picture(picture(columns=6))
    canvas.fit()
    zoom, middle = canvas.zoom, visible_area(canvas).center()
    canvas.zoom_to(3)
    canvas.set_animated(True)
    canvas.fit()
    assert canvas.zoom == pytest.approx(3)
    qtbot.waitUntil(lambda: canvas.zoom == zoom)
    gap = visible_area(canvas).center() - middle
    assert gap.manhattanLength() * zoom <= 2


def test_that_the_minimap_shows_whenever_the_picture_is_larger_than_the_view(
    canvas: Canvas,
) -> None:
    minimap = overlay(canvas, Minimap)
    assert not minimap.isVisible()
    canvas.zoom_to(2)
    assert minimap.isVisible()
    canvas.fit()
    assert not minimap.isVisible()
    canvas.resize(300, 300)
    canvas.actual_size()
    QApplication.processEvents()
    assert minimap.isVisible()
    control = overlay(canvas, ZoomControl)
    assert control.geometry().bottom() < canvas.height()
    assert minimap.geometry().bottom() < control.geometry().top()


def test_that_the_minimap_moves_the_view(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.zoom_to(3)
    minimap = overlay(canvas, Minimap)
    target = QPointF(300, 300)
    qtbot.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=minimap.from_scene(target).toPoint())
    gap = visible_area(canvas).center() - target
    scale = minimap.from_scene(QPointF(1, 0)).x() - minimap.from_scene(QPointF(0, 0)).x()
    assert gap.manhattanLength() <= 2 / scale
    area, image = visible_area(canvas), minimap.grab().toImage()
    for side in (area.left(), area.right()):  # a frame of 2 px: at least one whole column of it
        at = minimap.from_scene(QPointF(side, area.center().y()))
        columns = (int(at.x()) - 1, int(at.x()))
        colors = {image.pixelColor(x, int(at.y())).name().upper() for x in columns}
        assert LIGHT["accent"] in colors


def test_that_the_minimap_draws_panels_blocks_and_the_selection(canvas: Canvas) -> None:
    canvas.zoom_to(3)
    minimap = overlay(canvas, Minimap)
    shown = picture_of(canvas)

    def color_of(item_id: str) -> str:
        at = minimap.from_scene(QPointF(*shown.by_id[item_id].bounds.center)).toPoint()
        return minimap.grab().toImage().pixelColor(at).name().upper()

    assert color_of("card:s2_2") == LIGHT["stage2"]
    canvas.select((group("s2_2"),))
    assert color_of("card:s2_2") == LIGHT["accent"]


def test_that_the_zoom_control_zooms(qtbot: QtBot, canvas: Canvas) -> None:
    smaller, larger = zoom_button(canvas, "Zoom out"), zoom_button(canvas, "Zoom in")
    actual, fit = zoom_button(canvas, "Zoom to 100 %"), zoom_button(canvas, "Fit")
    zooms: list[float] = []
    canvas.zoom_changed.connect(zooms.append)
    larger.click()
    assert actual.text() == "125 %"
    smaller.click()
    smaller.click()
    assert zooms == [1.25, 1.0, 0.8]
    actual.click()
    assert canvas.zoom == 1.0
    canvas.zoom_to(3)
    qtbot.mouseClick(fit, Qt.MouseButton.LeftButton)
    assert canvas.zoom == 1.0
    assert overlay(canvas, ZoomControl).height() == 28


def test_that_the_zoom_control_knows_the_limits(canvas: Canvas) -> None:
    canvas.zoom_to(100)
    assert canvas.zoom == 8.0
    assert not zoom_button(canvas, "Zoom in").isEnabled()
    canvas.zoom_to(0)
    assert canvas.zoom == 0.05
    assert not zoom_button(canvas, "Zoom out").isEnabled()


def test_that_one_can_scroll_somewhat_past_the_edges(canvas: Canvas) -> None:
    pan(canvas, 10_000, 10_000)
    shown = picture_of(canvas)
    corner = canvas.viewportTransform().map(QPointF(shown.bounds.x, shown.bounds.y))
    assert corner.x() == pytest.approx(0.75 * canvas.viewport().width(), abs=2)
    assert corner.y() == pytest.approx(0.75 * canvas.viewport().height(), abs=2)


def test_that_the_scenes_extent_is_set_once_from_the_bounds(canvas: Canvas) -> None:
    shown = picture_of(canvas)
    extent = canvas.scene().sceneRect()
    assert Rect(extent.x(), extent.y(), extent.width(), extent.height()) == shown.bounds.grown(200)


def test_that_the_canvas_is_named_for_assistive_technology(canvas: Canvas) -> None:
    assert canvas.accessibleName() == "Diagram"
    assert zoom_button(canvas, "Zoom in").accessibleName() == "Zoom in"
    assert overlay(canvas, Minimap).accessibleName() == "Minimap"


def test_that_shapes_follow_rectangles_and_lines(canvas: Canvas) -> None:
    shown = picture_of(canvas)
    card = graphics(canvas)["card:s1_2"].shape()
    assert card.contains(QPointF(*shown.by_id["card:s1_2"].bounds.center))
    wrap = graphics(canvas)["edge:s1→s2"].shape()
    assert wrap.contains(QPointF(222, 200))
    assert not wrap.contains(QPointF(230, 200))
    assert not graphics(canvas)["card:s1_2"].shape().contains(QPoint(-50, -50))
