"""Pictures if Graphviz fails: everything in one chain, nothing on top of another."""

from __future__ import annotations

from itertools import combinations

import pytest

from resnet_viz.drawing.compose import picture
from resnet_viz.errors import AppError
from resnet_viz.layout.view import View
from tests.support.pictures.drawn import MEASURE, boxes, document, overlap


@pytest.mark.parametrize("model", ["inception", "transformer"])
def test_that_every_layer_is_drawn_without_graphviz(model: str) -> None:
    asked: list[str] = []

    def failing_dot(text: str) -> str:
        asked.append(text)
        raise AppError("dot is not there")

    shown = picture(document(model), View(detail="layer"), MEASURE, failing_dot)
    assert asked
    cards = boxes(shown, "card", "join")
    calls = {
        target.id
        for item in shown.items
        if item.kind in ("card", "join")
        for target in (item.target, *item.also)
        if target and target.kind == "call"
    }
    assert calls == {call.id for call in document(model).graph.calls}
    for (name, rect), (neighbour, area) in combinations(cards, 2):
        assert not overlap(rect, area, by=1.0), (name, neighbour)
