"""Time that the canvas takes to repaint: while panning, and with thousands of items.

Budgets: 8 ms while panning at layer detail, 50 ms for 4,000 items at fit.
"""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from resnet_viz.paint.fonts import load_fonts
from resnet_viz.scene.canvas import Canvas
from tests.support.pictures.canvas_probe import pan, point_at
from tests.support.pictures.scene_items import picture


@pytest.fixture
def board(qtbot: QtBot) -> Canvas:
    """A canvas of the design board's size, 1064×712."""
    load_fonts()
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(1064, 712)
    canvas.set_animated(False)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


@pytest.mark.parametrize(("columns", "blocks"), [(5, 25), (20, 40)], ids=["600", "4000"])
def test_that_panning_is_smooth(
    benchmark: BenchmarkFixture, board: Canvas, columns: int, blocks: int
) -> None:
    board.show_picture(picture(columns, blocks))
    board.actual_size()
    QApplication.processEvents()
    moves = itertools.cycle([(-7, -5)] * 20 + [(7, 5)] * 20)

    def step() -> None:
        pan(board, *next(moves))
        QApplication.processEvents()

    benchmark(step)


@pytest.mark.parametrize(("columns", "blocks"), [(5, 25), (20, 40)], ids=["600", "4000"])
def test_that_the_whole_picture_repaints_quickly(
    benchmark: BenchmarkFixture, board: Canvas, columns: int, blocks: int
) -> None:
    board.show_picture(picture(columns, blocks))
    board.fit()
    QApplication.processEvents()
    benchmark(board.viewport().repaint)


def test_that_finding_the_item_under_the_pointer_is_quick(
    benchmark: BenchmarkFixture, board: Canvas
) -> None:
    board.show_picture(picture(20, 40))
    board.actual_size()
    benchmark(point_at, board, QPoint(500, 300))


def test_that_opening_a_block_shows_quickly(benchmark: BenchmarkFixture, board: Canvas) -> None:
    closed, opened = picture(5, 25), picture(5, 25, opened="s1_2")
    board.show_picture(closed)
    pictures = itertools.cycle([opened, closed])

    def toggle() -> None:
        board.show_picture(next(pictures))
        board.viewport().repaint()

    benchmark(toggle)
