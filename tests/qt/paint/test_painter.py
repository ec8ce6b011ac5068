"""Painter: colours by state, marks by level of detail, dashes, positions of text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from resnet_viz.drawing.display_list import (
    FAR,
    MID,
    NEAR,
    Item,
    Line,
    Move,
    Path,
    Rect,
    Target,
    Text,
)
from resnet_viz.drawing.themes import DARK, LIGHT, Theme, mix
from resnet_viz.paint.fonts import QtMeasurer, font
from resnet_viz.paint.lines import shaped_line
from resnet_viz.paint.painter import PLAIN, ItemState, compile_item, paint_list
from tests.support.pictures.export_items import block, panel, picture

Shot = Callable[..., QImage]

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def shot() -> Shot:
    def take(
        *items: Item,
        state: ItemState = PLAIN,
        lod: int = NEAR,
        theme: Theme = LIGHT,
        scale: float = 1.0,
    ) -> QImage:
        image = QImage(round(220 * scale), round(200 * scale), QImage.Format.Format_RGB32)
        image.fill(QColor(theme["canvas"]))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        for item in items:
            compile_item(item, theme).paint(painter, lod, state)
        painter.end()
        return image

    return take


def color(image: QImage, x: float, y: float) -> str:
    return image.pixelColor(int(x), int(y)).name().upper()


def card() -> Item:
    return block()[1]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_that_a_card_has_its_themes_colours(shot: Shot, theme: Theme) -> None:
    assert color(shot(card(), theme=theme), 100, 130) == theme["card"]


def test_that_a_hovered_card_gets_the_hover_fill_and_an_edge_border(shot: Shot) -> None:
    image = shot(card(), state=ItemState(hovered=True), scale=2)
    assert color(image, 200, 260) == LIGHT["hover"]
    assert color(image, 200, 180) == LIGHT["edge"]


def test_that_a_selected_card_has_accent_fill_border_and_halo(shot: Shot) -> None:
    image = shot(card(), state=ItemState(selected=True), scale=2)
    assert color(image, 200, 260) == LIGHT["accent-bg"]
    assert color(image, 200, 179) == LIGHT["accent"]
    halo = QColor(mix(LIGHT["accent"], LIGHT["canvas"], 0.28))
    seen = image.pixelColor(200, 180 - 7)
    assert max(abs(a - b) for a, b in zip(seen.getRgb(), halo.getRgb(), strict=True)) <= 2
    assert color(image, 200, 180 - 14) == LIGHT["canvas"]


def test_that_one_of_many_selected_cards_has_no_halo(shot: Shot) -> None:
    image = shot(card(), state=ItemState(selected=True, multiple=True), scale=2)
    assert color(image, 200, 179) == LIGHT["accent"]
    assert color(image, 200, 173) == LIGHT["canvas"]


def test_that_a_selected_panel_keeps_its_fill(shot: Shot) -> None:
    assert color(shot(panel(), state=ItemState(selected=True)), 100, 100) == LIGHT["stage3.fill"]


def test_that_focus_shows_as_a_ring_with_a_gap(shot: Shot) -> None:
    image = shot(card(), state=ItemState(focused=True), scale=2)
    # Border to 0.5 px outside, gap to 2.5, ring to 4.5.
    assert color(image, 200, 180 - 3) == LIGHT["canvas"]
    assert color(image, 200, 180 - 7) == LIGHT["accent"]


def test_that_lines_and_their_labels_turn_accent_with_the_selection(shot: Shot) -> None:
    arc, _card, _circle, dot = block()
    image = shot(arc, dot, state=ItemState(selected=True, multiple=True), scale=4)
    assert color(image, 86 * 4, 76 * 4) == LIGHT["accent"]
    assert color(image, 167 * 4, 120 * 4) in {LIGHT["accent"], LIGHT["canvas"]}  # dash or gap


def test_that_far_away_only_the_stage_coloured_rectangle_is_left(shot: Shot) -> None:
    assert color(shot(card(), lod=FAR), 60, 104) == LIGHT["stage3"]
    image = shot(*block()[2:], lod=FAR)
    assert {color(image, 86, 155), color(image, 86, 76)} == {LIGHT["canvas"]}


def test_that_lines_are_never_thinner_than_a_device_pixel_below_80_percent(shot: Shot) -> None:
    line = Path((Move(0, 100), Line(220, 100)), stroke="text", width=1.0)
    item = Item("line", "edge", None, Rect(0, 99, 220, 2), (line,))
    for lod, scale in ((MID, 0.5), (FAR, 0.1)):
        image = shot(item, lod=lod, scale=scale)
        y = round(100 * scale)
        ink = sum(255 - image.pixelColor(image.width() // 2, y + k).red() for k in (-2, -1, 0, 1))
        whole = QColor(LIGHT["canvas"]).red() - QColor(LIGHT["text"]).red()
        assert ink - 4 * (255 - QColor(LIGHT["canvas"]).red()) == pytest.approx(whole, abs=8)


def test_that_dashes_are_pixels_whatever_the_width(shot: Shot) -> None:
    for width in (1.0, 1.5, 3.0):
        line = Path((Move(0, 100), Line(220, 100)), stroke="text", width=width, dash=(10, 10))
        image = shot(Item("line", "edge", None, Rect(0, 90, 220, 20), (line,)), scale=2)
        seen = [image.pixelColor(x, 200).lightness() < 128 for x in range(440)]
        assert seen[10] and not seen[30] and seen[50] and not seen[70]  # noqa: PT018


@pytest.mark.parametrize(
    ("anchor", "share"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)], ids=str
)
def test_that_text_is_anchored_where_it_says(shot: Shot, anchor: str, share: float) -> None:
    text = Text(110, 100, "HHHH", 20, "text", 700, anchor=anchor)  # type: ignore[arg-type]
    image = shot(Item("text", "title", None, Rect(0, 80, 220, 30), (text,)))
    columns = [
        x for x in range(220) if any(image.pixelColor(x, y).lightness() < 128 for y in range(200))
    ]
    rows = [
        y for y in range(200) if any(image.pixelColor(x, y).lightness() < 128 for x in range(220))
    ]
    width = QtMeasurer().width("HHHH", 20, 700)
    assert columns[0] == pytest.approx(110 - share * width, abs=3.5)
    assert columns[-1] == pytest.approx(110 + (1 - share) * width, abs=3.5)
    assert rows[-1] == pytest.approx(99, abs=1)


def test_that_a_repaint_makes_no_pens_paths_or_text(
    shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = compile_item(card(), LIGHT)
    image = shot()
    painter = QPainter(image)
    item.paint(painter, NEAR)
    for maker in ("pen", "brush", "outline", "shaped_line"):
        monkeypatch.delattr(f"resnet_viz.paint.painter.{maker}")
    item.paint(painter, NEAR)
    painter.end()


def test_that_a_wrong_level_of_detail_is_refused(shot: Shot) -> None:
    image = shot()
    painter = QPainter(image)
    with pytest.raises(ValueError, match="level of detail"):
        paint_list(painter, picture(), LIGHT, lod=3)
    painter.end()


def test_that_a_lone_join_gets_the_halo_and_a_blocks_join_does_not(shot: Shot) -> None:
    mine = block()[2]
    lone = Item(mine.id, mine.kind, Target("call", "add"), mine.bounds, mine.marks)
    state = ItemState(selected=True)
    assert color(shot(mine, state=state, scale=2), 172, 310 - 23) == LIGHT["canvas"]
    assert color(shot(lone, state=state, scale=2), 172, 310 - 23) != LIGHT["canvas"]


def test_that_widths_are_proportional_to_the_size() -> None:
    measurer = QtMeasurer()
    assert measurer.width("conv3_1", 12.5, 600) == pytest.approx(
        1.25 * measurer.width("conv3_1", 10, 600)
    )
    line = shaped_line("conv3_1", 12.5, 600)
    assert line.width == pytest.approx(measurer.width("conv3_1", 12.5, 600))


def test_that_tabular_figures_are_all_as_wide() -> None:
    widths = {QtMeasurer().width(str(digit) * 4, 11, tabular=True) for digit in range(10)}
    assert len(widths) == 1
    assert QtMeasurer().width("1111", 11) < widths.pop()


def test_that_the_bundled_font_is_used() -> None:
    run = shaped_line("conv3_1 한글", 12).runs[0]
    assert run.rawFont().familyName() == "Pretendard"
    assert run.rawFont().pixelSize() == pytest.approx(12)
    assert font(12.5, 600).families()[0] == "Pretendard"


def test_that_figures_are_drawn_with_glyphs_that_characters_map_to() -> None:
    run = shaped_line("28×28×128", 11, tabular=True).runs[0]
    raw = run.rawFont()
    assert run.glyphIndexes() == raw.glyphIndexesForString("28×28×128")
