"""The scatter chart by itself: its words never lie over each other, at any width."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from resnet_viz.document import Document
from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.cost.charts.scatter import ScatterChart
from resnet_viz.gui.cost.model import costs_of
from resnet_viz.layout.view import DETAILS, Detail


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("width", [120, 260, 500, 780, 2000])
def test_that_ticks_and_names_never_touch(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, resnet34: Document, detail: Detail, width: int
) -> None:
    chart = ScatterChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(width, 130)
    costs = costs_of(resnet34, resnet34.numbers.memory, detail=detail, measure="macs")
    chart.show_costs(costs)
    drawn: dict[str, list[QRectF]] = {}

    def draw_text(
        _self: ScatterChart, _painter: QPainter, at: QPointF, text: str, *, token: str,
        bold: bool = False, opaque: bool = False, left: float = 1.0,
    ) -> None:  # fmt: skip
        del token
        rect = chart.text_rect(at, text, bold=bold, left=left)
        drawn.setdefault("names" if opaque else "axes", []).append(rect)

    monkeypatch.setattr(ScatterChart, "draw_text", draw_text)
    chart.grab()
    assert drawn["names"]
    assert len(drawn["axes"]) > 4
    for rects in drawn.values():
        assert not [pair for pair in combinations(rects, 2) if pair[0].intersects(pair[1])]


def test_that_a_tip_has_names_and_both_numbers(qtbot: QtBot, resnet34: Document) -> None:
    chart = ScatterChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(780, 130)
    assert chart.mark_at(QPointF(300, 60)) is None
    costs = costs_of(resnet34, resnet34.numbers.memory, detail="block", measure="macs")
    chart.show_costs(costs)
    assert chart.mark_at(chart.center_of(1)) == 1
    chart.select(frozenset({1}))
    assert chart.mark_at(chart.center_of(1)) == 2  # the next of three equal blocks
    parameters = 2 * (3 * 3 * 64 * 64 + 4 * 64)  # two convolutions, each with its normalisation
    names = "conv2_1, conv2_2, conv2_3"
    assert chart.tip_of(1) == f"{names}\n{parameters:,} parameters\n231,211,008 MACs"
