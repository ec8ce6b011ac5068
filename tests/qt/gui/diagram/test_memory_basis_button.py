"""Memory for a batch size and a dtype: one choice, which canvas, dock and exports agree with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.analysis.costs.memory_basis import MODEL, Basis
from resnet_viz.drawing.display_list import DisplayList, Target, Text
from resnet_viz.gui.cost.tab import CostTab
from resnet_viz.layout.view import View
from tests.support.window.app_driver import Desk

HALF_OF_EIGHT = Basis(8, "float16")


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, qapp, tmp_path)
    made.open("resnet34")
    yield made
    made.close()


def words_of(picture: DisplayList, item_id: str) -> list[str]:
    marks = picture.by_id[item_id].marks
    return [mark.text for mark in marks if isinstance(mark, Text)]


def test_that_another_basis_colours_the_canvas_anew(desk: Desk) -> None:
    desk.do("view.detail.unit")
    desk.do("view.color.memory")
    assert words_of(desk.picture, "legend")[0] == "Activation memory per unit, float32, batch 1"
    assert "9.2 MiB" in words_of(desk.picture, "unit:conv1#2")  # 3·112·112·64·4 bytes
    desk.count_for(HALF_OF_EIGHT)
    assert words_of(desk.picture, "legend")[0] == "Activation memory per unit, float16, batch 8"
    assert "36.8 MiB" in words_of(desk.picture, "unit:conv1#2")  # 3·112·112·64·2·8 bytes
    assert desk.canvas.display_list is desk.picture


def test_that_cost_dock_and_canvas_agree(desk: Desk) -> None:
    tab = cast("CostTab", desk.window.bottom.content("cost"))
    tab.measure.action("memory").trigger()
    desk.do("view.detail.unit")
    desk.do("view.color.memory")
    desk.count_for(HALF_OF_EIGHT)
    assert tab.costs is not None
    assert tab.costs.basis == "float16, batch 8"
    bar = next(each for each in tab.costs.bars if each.target == Target("group", "conv1#2"))
    assert bar.value == 3 * 112 * 112 * 64 * 2 * 8
    assert f"{bar.value / 2**20:.1f} MiB" in words_of(desk.picture, "unit:conv1#2")


def test_that_colours_of_another_measure_stay_as_they_are(desk: Desk, qtbot: QtBot) -> None:
    desk.do("view.color.macs")
    before = desk.picture
    with qtbot.assertNotEmitted(desk.session.picture_changed):
        desk.count_for(HALF_OF_EIGHT)
    assert desk.picture is before
    assert desk.session.memory is not None
    assert desk.session.memory.totals.output_bytes == (
        8 * 2 * desk.session.document.numbers.totals.numbers.output_elements  # type: ignore[union-attr]
    )


def test_that_colouring_by_memory_takes_the_basis_chosen_before(desk: Desk) -> None:
    desk.count_for(HALF_OF_EIGHT)
    desk.do("view.color.memory")
    assert words_of(desk.picture, "legend")[0].endswith("float16, batch 8")


def test_that_the_next_model_is_counted_alike(desk: Desk) -> None:
    desk.do("view.color.memory")
    desk.count_for(HALF_OF_EIGHT)
    desk.open("resnet18")
    assert desk.session.basis == HALF_OF_EIGHT
    assert words_of(desk.picture, "legend")[0].endswith("float16, batch 8")


def test_that_the_last_of_several_quick_choices_counts(desk: Desk) -> None:
    desk.do("view.color.memory")
    for batch in (2, 4, 8):
        desk.session.set_basis(Basis(batch))
    desk.count_for(Basis(16))
    assert words_of(desk.picture, "legend")[0].endswith("float32, batch 16")
    desk.count_for(MODEL)
    assert words_of(desk.picture, "legend")[0].endswith("float32, batch 1")


def test_that_memory_is_never_counted_in_the_windows_thread(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from resnet_viz.analysis.costs import memory_basis as basis

    threads: list[threading.Thread] = []
    count = basis.memory_of

    def watched(*args: object, **options: object) -> object:
        threads.append(threading.current_thread())
        return count(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(basis, "memory_of", watched)
    desk.do("view.color.memory")
    desk.count_for(HALF_OF_EIGHT)
    assert len(threads) == 1
    assert threading.main_thread() not in threads


def test_that_the_choice_is_remembered(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, desk: Desk
) -> None:
    desk.count_for(HALF_OF_EIGHT)
    desk.settings.sync()
    again = Desk(qtbot, qapp, tmp_path)
    again.open("resnet34")
    assert again.session.view == View(basis=HALF_OF_EIGHT)
    assert again.session.basis == HALF_OF_EIGHT
    again.close()
