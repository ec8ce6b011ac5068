"""Values above bars: those of selected bars are never covered by their neighbours'."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from pytestqt.qtbot import QtBot

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.cost import chart_loader
from resnet_viz.gui.cost.charts.bars import BarChart
from resnet_viz.gui.cost.model import costs_of
from resnet_viz.sources.catalog import parse_builtin
from tests.support.graphs.net import Net


def gated(gates: int) -> Document:
    """A convolution of 16.8 M MACs, then by turns one of 0.3 M and a gate of 64."""
    net = Net()
    x = net.max_pool(net.conv(net.input(512, 512, 8), 8, 1), 8)
    for _ in range(gates):
        x = net.conv(x, 8, 1)
        x = net.multiply(x, net.conv(net.gap(x, keepdims=True), 8, 1))
    return make_document(parse_builtin("resnet34"), "gated", net.graph(x))


def test_that_a_selected_bars_value_is_covered_by_no_other(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart_loader.import_charts()
    document = gated(8)
    chart = BarChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(380, 130)
    chart.show_costs(
        costs_of(document, document.numbers.memory, detail="layer", measure="macs", basis="")
    )
    assert chart.costs is not None
    tiny = [mark for mark, bar in enumerate(chart.costs.bars) if bar.value == 64][3]
    chart.select(frozenset({tiny}))
    drawn: list[tuple[str, QRectF, str]] = []

    def draw_text(
        _self: BarChart, _painter: QPainter, at: QPointF, text: str, *, token: str,
        face: QFont | None = None, ground: bool = False,
    ) -> None:  # fmt: skip
        wide = QFontMetricsF(face or chart.small).horizontalAdvance(text)
        if ground:
            drawn.append((token, QRectF(at.x() - wide / 2, at.y() - 10, wide, 10), text))

    monkeypatch.setattr(BarChart, "draw_text", draw_text)
    chart.show()
    qtbot.waitUntil(lambda: any(token == "accent" for token, _, _ in drawn))
    others = [rect for token, rect, _ in drawn if token != "accent"]
    where = next(rect for token, rect, _ in drawn if token == "accent")
    assert len(others) > 4
    assert not any(rect.intersects(where) for rect in others)
