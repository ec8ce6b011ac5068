"""The Field tab: geometry against the facts and by hand, dragging, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from pytestqt.qtbot import QtBot

from resnet_viz import assets
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.receptive_field.frame import FieldFrame
from resnet_viz.gui.receptive_field.geometry import HEAD, FieldGeometry, field_facts, field_geometry
from resnet_viz.gui.receptive_field.image import PictureError, is_picture, read_picture
from resnet_viz.gui.receptive_field.tab import NOTHING, FieldTab
from tests.qt.gui.conftest import document_of
from tests.support.window.app_driver import AppDriver
from tests.tools.sample_picture import SIDE, draw


def geometry_of(document: Document, call: str) -> FieldGeometry:
    geometry = field_geometry(document, call)
    assert isinstance(geometry, FieldGeometry), geometry
    return geometry


@pytest.fixture
def tab(driver: AppDriver) -> FieldTab:
    """The tab, shown."""
    driver.window.bottom.show_tab("field")
    return cast("FieldTab", driver.window.bottom.content("field"))


def test_that_fields_and_jumps_are_those_of_the_facts(resnet34: Document) -> None:
    for call, size, jump, grid in (
        ("conv1_relu", 7, 2, 112), ("conv2_3_relu", 59, 4, 56), ("conv3_4_relu", 179, 8, 28),
        ("conv4_6_relu", 547, 16, 14), ("conv5_3_relu", 899, 32, 7),
    ):  # fmt: skip
        geometry = geometry_of(resnet34, call)
        assert (geometry.size, geometry.jump, geometry.grid) == (
            (size,) * 2,
            (jump,) * 2,
            (grid,) * 2,
        )
        assert geometry.frame == (224, 224)
        assert geometry.is_fixed


def test_that_a_position_sees_what_its_convolution_reads(resnet34: Document) -> None:
    geometry = geometry_of(resnet34, "conv1")  # 7×7, stride 2, same: 2 before and 3 after
    assert geometry.intervals((0, 0)) == ((-2, 4), (-2, 4))
    assert geometry.intervals((111, 0)) == ((220, 226), (-2, 4))
    assert geometry.overhang() == (3, 3)
    assert geometry.position_at((1.5, 112.0)) == (0, 55)
    assert geometry.position_at((-50.0, 999.0)) == (0, 111)


def test_that_a_field_larger_than_the_input_says_so(resnet34: Document) -> None:
    geometry = geometry_of(resnet34, "conv5_3_relu")
    facts = dict(field_facts(geometry, geometry.middle))
    assert facts["Field"] == "899 × 899 of 224 × 224 pixels"
    assert geometry.exceeds_input
    assert "larger than the input" in facts[""]
    inside = 224 * 224 / (899 * 899)
    assert facts["Padding"] == f"{100 * (1 - inside):.0f} % of what it sees"


def test_that_padding_is_all_of_a_field_only_if_nothing_is_seen() -> None:
    geometry = geometry_of(document_of("tutorial_resnet34"), "block5_block_3__residual__add_1")
    facts = dict(field_facts(geometry, geometry.middle))
    assert facts["Field"] == "1572851 × 1572851 of 224 × 224 pixels"
    assert facts["Padding"] == "> 99 % of what it sees"  # but for 224 of 1,572,851 a side


def test_that_of_three_axes_the_drawn_ones_are_named() -> None:
    geometry = FieldGeometry(
        "x", (8, 48, 64), True, (8, 48, 64), (3, 3, 3), (1, 1, 1), (-1, -1, -1), False
    )
    assert dict(field_facts(geometry, (4, 24, 32)))["Sees"] == (
        "planes 3 to 5; rows 23 to 25; columns 31 to 33 (rows and columns are drawn)"
    )


def test_that_the_head_has_none_and_says_why(resnet34: Document) -> None:
    assert field_geometry(resnet34, "fc") == HEAD


def test_that_the_tutorials_fields_are_followed_too() -> None:
    document = document_of("tutorial_resnet34")
    assert geometry_of(document, "block1_conv_1").size == (7, 7)
    assert geometry_of(document, "block2_pool_1").size == (11, 11)


def test_that_it_follows_the_selection(driver: AppDriver, tab: FieldTab) -> None:
    assert tab.nothing.text() == NOTHING
    driver.click(Target("group", "conv3_1"))
    assert tab.title.text() == "conv3_1_relu"
    assert "83 × 83 of 224 × 224 pixels" in tab.text()
    assert "(14, 14) of 28 × 28" in tab.text()
    driver.session.select((Target("group", "conv5_3"),))
    assert "899 × 899 of 224 × 224 pixels" in tab.text()
    driver.session.select((Target("call", "fc"),))
    assert tab.text() == f"fc: {HEAD}"
    driver.session.select(())
    assert tab.text() == NOTHING


def test_that_the_frame_is_to_scale(driver: AppDriver, tab: FieldTab) -> None:
    driver.click(Target("group", "conv3_1"))
    frame, field = tab.frame.frame_rect(), tab.frame.field_rect(tab.position)
    assert field.width() / frame.width() == pytest.approx(83 / 224)
    assert field.height() / frame.height() == pytest.approx(83 / 224)
    beside = tab.frame.field_rect((tab.position[0], tab.position[1] + 1))
    assert (beside.left() - field.left()) / frame.width() == pytest.approx(8 / 224)


def test_that_dragging_moves_the_field(driver: AppDriver, tab: FieldTab) -> None:
    driver.click(Target("group", "conv3_1"))
    frame = tab.frame.frame_rect()
    corner = QPointF(frame.left() + 2, frame.top() + 2).toPoint()
    driver.qtbot.mousePress(tab.frame, Qt.MouseButton.LeftButton, pos=frame.center().toPoint())
    driver.qtbot.mouseMove(tab.frame, corner)
    driver.qtbot.mouseRelease(tab.frame, Qt.MouseButton.LeftButton, pos=corner)
    driver.qtbot.mouseClick(tab.frame, Qt.MouseButton.LeftButton, pos=corner)
    assert max(tab.position) <= 2
    assert "rows −" in tab.text()
    driver.qtbot.keyClick(tab.frame, Qt.Key.Key_Right)
    row, column = tab.position
    driver.qtbot.keyClick(tab.frame, Qt.Key.Key_Down)
    assert tab.position == (row + 1, column)


def test_that_the_grid_chooses_a_position(driver: AppDriver, tab: FieldTab) -> None:
    driver.click(Target("group", "conv3_1"))
    rect = tab.grid.grid_rect()
    last = QPointF(rect.right() - 1, rect.bottom() - 1).toPoint()
    driver.qtbot.mouseClick(tab.grid, Qt.MouseButton.LeftButton, pos=last)
    assert tab.position == (27, 27)
    assert "(27, 27) of 28 × 28" in tab.text()


def test_that_it_paints_in_both_themes(driver: AppDriver, tab: FieldTab) -> None:
    driver.click(Target("group", "conv3_1"))
    light = tab.frame.grab().toImage()
    driver.do("view.dark")
    assert tab.frame.grab().toImage() != light


def test_that_a_dropped_picture_is_shown_and_the_sample_comes_back(
    driver: AppDriver, tab: FieldTab, tmp_path: Path
) -> None:
    driver.click(Target("group", "conv3_1"))
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    path = tmp_path / "red.png"
    assert image.save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    tab.dropEvent(drop)
    assert drop.isAccepted()
    driver.qtbot.waitUntil(tab.sample.isVisible)
    middle = tab.frame.frame_rect().center().toPoint()
    shown = tab.frame.grab().toImage().pixelColor(middle.x() + 12, middle.y() + 1)
    assert shown.red() > 200
    assert shown.blue() < 60
    tab.sample.click()
    assert not tab.sample.isVisible()


def test_that_a_model_dropped_there_is_the_windows(driver: AppDriver, tab: FieldTab) -> None:
    driver.click(Target("group", "conv3_1"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/somewhere/model.keras")])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    drop.accept()
    tab.dropEvent(drop)
    assert not drop.isAccepted()


def test_that_what_is_no_picture_is_refused_in_a_sentence(
    driver: AppDriver, tab: FieldTab, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.png"
    fake.write_bytes(b"no picture at all")
    driver.prompter.image = str(fake)
    driver.click(Target("group", "conv3_1"))
    tab.open.click()
    driver.qtbot.waitUntil(lambda: "fake.png" in driver.notice)
    assert "choose a PNG or JPEG" in driver.notice
    with pytest.raises(PictureError, match="does not exist"):
        read_picture(str(tmp_path / "gone.png"))


def test_that_large_pictures_are_read_small(tmp_path: Path) -> None:
    image = QImage(5000, 10, QImage.Format.Format_RGB32)
    image.fill(0)
    path = tmp_path / "wide.bmp"
    assert image.save(str(path))
    assert read_picture(str(path)).width() == 2048
    assert is_picture("a/B.JPG")
    assert not is_picture("model.keras")


def test_that_the_bundled_picture_is_what_the_script_draws() -> None:
    bundled = QImage(str(assets.path("pictures/sample.png")))
    assert (bundled.width(), bundled.height()) == (SIDE, SIDE)
    drawn = draw()
    for x, y in ((224, 30), (300, 290), (130, 350), (338, 92)):
        before, now = bundled.pixelColor(x, y), drawn.pixelColor(x, y)
        assert abs(before.lightness() - now.lightness()) < 6


@pytest.mark.parametrize("size", [(420, 130), (420, 400), (150, 130), (900, 90)])
@pytest.mark.parametrize("block", ["conv1", "conv3_1", "conv3_4", "conv4_6", "conv5_3"])
def test_that_every_field_is_drawn_whole_in_one_scale_with_the_frame(
    qtbot: QtBot, resnet34: Document, block: str, size: tuple[int, int]
) -> None:
    geometry = geometry_of(resnet34, f"{block}_relu")
    shown = FieldFrame(LIGHT)
    qtbot.addWidget(shown)
    shown.resize(*size)
    shown.show_field(geometry, geometry.middle, "stage1")
    frame, scale = shown.frame_rect(), shown.scale()
    assert frame.width() == pytest.approx(224 * scale)
    assert frame.height() == pytest.approx(224 * scale)
    assert frame.height() >= min(24, size[1] - 12) - 1e-6
    inside = QRectF(shown.rect())
    is_smallest = frame.height() == pytest.approx(24)
    for position in ((0, 0), geometry.middle, (geometry.grid[0] - 1, geometry.grid[1] - 1)):
        field = shown.field_rect(position)
        assert field.width() == pytest.approx(geometry.size[1] * scale)
        assert inside.contains(field) or is_smallest
    shown.grab()


def test_that_a_dragged_field_keeps_its_size(driver: AppDriver, tab: FieldTab) -> None:
    driver.session.select((Target("group", "conv5_3"),))
    before = tab.frame.frame_rect()
    tab.frame.moved.emit((0, 0))
    assert tab.position == (0, 0)
    assert tab.frame.frame_rect() == before


def test_that_a_field_of_899_pixels_is_seen_to_be_four_times_the_frame(
    driver: AppDriver, tab: FieldTab
) -> None:
    driver.session.select((Target("group", "conv5_3"),))
    frame, field = tab.frame.frame_rect(), tab.frame.field_rect(tab.position)
    assert field.width() / frame.width() == pytest.approx(899 / 224)
    assert field.contains(frame)
    assert QRectF(tab.frame.rect()).contains(field)


def test_that_a_field_far_larger_than_the_dock_leaves_the_frame_visible(
    driver: AppDriver, tab: FieldTab
) -> None:
    driver.open("resnet152")
    driver.session.select((Target("group", "conv5_3"),))
    assert tab.field is not None
    assert tab.field.size[0] > 1000
    tab.frame.setFixedSize(300, 110)
    assert tab.frame.frame_rect().height() == pytest.approx(24)
    tab.frame.grab()


def test_that_a_frame_that_is_no_square_keeps_its_proportions(qtbot: QtBot) -> None:
    shown = FieldFrame(LIGHT)
    qtbot.addWidget(shown)
    shown.resize(420, 130)
    conv5 = FieldGeometry(
        call="x", frame=(512, 256), is_fixed=True, grid=(16, 8), size=(899, 899),
        jump=(32.0, 32.0), start=(-433, -433), is_global=False,
    )  # fmt: skip
    shown.show_field(conv5, conv5.middle, "stage5")
    frame, field = shown.frame_rect(), shown.field_rect(conv5.middle)
    assert QRectF(shown.rect()).contains(field)
    assert frame.height() / frame.width() == pytest.approx(2.0)
    assert field.width() == pytest.approx(field.height())
    assert field.height() / frame.height() == pytest.approx(899 / 512)
