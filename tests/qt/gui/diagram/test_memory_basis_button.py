"""Memory for a batch size and a dtype: one choice, which canvas, dock and exports agree with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.analysis.costs.memory.basis import MODEL_BASIS, MemoryBasis
from resnet_viz.drawing.display_list import DisplayList, Target, Text
from resnet_viz.gui.cost.tab import CostTab
from resnet_viz.layout.view import View
from tests.support.window.app_driver import AppDriver

HALF_OF_EIGHT = MemoryBasis(8, "float16")


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    made = AppDriver(qtbot, qapp, tmp_path)
    made.open("resnet34")
    yield made
    made.close()


def words_of(picture: DisplayList, item_id: str) -> list[str]:
    marks = picture.by_id[item_id].marks
    return [mark.text for mark in marks if isinstance(mark, Text)]


def test_that_another_basis_colours_the_canvas_anew(driver: AppDriver) -> None:
    driver.do("view.detail.unit")
    driver.do("view.color.memory")
    assert words_of(driver.picture, "legend")[0] == "Activation memory per unit, float32, batch 1"
    assert "9.19 MiB" in words_of(driver.picture, "unit:conv1#2")  # 3·112·112·64·4 bytes
    driver.count_for(HALF_OF_EIGHT)
    assert words_of(driver.picture, "legend")[0] == "Activation memory per unit, float16, batch 8"
    assert "36.8 MiB" in words_of(driver.picture, "unit:conv1#2")  # 3·112·112·64·2·8 bytes
    assert driver.canvas.display_list is driver.picture


def test_that_cost_dock_and_canvas_agree(driver: AppDriver) -> None:
    tab = cast("CostTab", driver.window.bottom.content("cost"))
    tab.measure.action("memory").trigger()
    driver.do("view.detail.unit")
    driver.do("view.color.memory")
    driver.count_for(HALF_OF_EIGHT)
    assert tab.costs is not None
    assert tab.costs.basis == "float16, batch 8"
    bar = next(each for each in tab.costs.bars if each.target == Target("group", "conv1#2"))
    assert bar.value == 3 * 112 * 112 * 64 * 2 * 8
    assert f"{bar.value / 2**20:.1f} MiB" in words_of(driver.picture, "unit:conv1#2")


def test_that_colours_of_another_measure_stay_as_they_are(driver: AppDriver, qtbot: QtBot) -> None:
    driver.do("view.color.macs")
    before = driver.picture
    with qtbot.assertNotEmitted(driver.session.picture_changed):
        driver.count_for(HALF_OF_EIGHT)
    assert driver.picture is before
    assert driver.session.memory is not None
    assert driver.session.memory.totals.output_bytes == (
        8 * 2 * driver.session.document.numbers.totals.numbers.output_elements  # type: ignore[union-attr]
    )


def test_that_colouring_by_memory_takes_the_basis_chosen_before(driver: AppDriver) -> None:
    driver.count_for(HALF_OF_EIGHT)
    driver.do("view.color.memory")
    assert words_of(driver.picture, "legend")[0].endswith("float16, batch 8")


def test_that_the_next_model_is_counted_alike(driver: AppDriver) -> None:
    driver.do("view.color.memory")
    driver.count_for(HALF_OF_EIGHT)
    driver.open("resnet18")
    assert driver.session.basis == HALF_OF_EIGHT
    assert words_of(driver.picture, "legend")[0].endswith("float16, batch 8")


def test_that_the_last_of_several_quick_choices_counts(driver: AppDriver) -> None:
    driver.do("view.color.memory")
    for batch in (2, 4, 8):
        driver.session.set_basis(MemoryBasis(batch))
    driver.count_for(MemoryBasis(16))
    assert words_of(driver.picture, "legend")[0].endswith("float32, batch 16")
    driver.count_for(MODEL_BASIS)
    assert words_of(driver.picture, "legend")[0].endswith("float32, batch 1")


def test_that_memory_is_never_counted_in_the_windows_thread(
    driver: AppDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from resnet_viz.analysis.costs.memory import memory

    threads: list[threading.Thread] = []
    count = memory.memory_of

    def watched(*args: object, **options: object) -> object:
        threads.append(threading.current_thread())
        return count(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(memory, "memory_of", watched)
    driver.do("view.color.memory")
    driver.count_for(HALF_OF_EIGHT)
    assert len(threads) == 1
    assert threading.main_thread() not in threads


def test_that_the_choice_is_remembered(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, driver: AppDriver
) -> None:
    driver.count_for(HALF_OF_EIGHT)
    driver.preferences.sync()
    again = AppDriver(qtbot, qapp, tmp_path)
    again.open("resnet34")
    assert again.session.view == View(basis=HALF_OF_EIGHT)
    assert again.session.basis == HALF_OF_EIGHT
    again.close()
