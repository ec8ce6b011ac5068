"""Pictures if Graphviz fails: rows by rank with a note, nothing on top of another."""

from __future__ import annotations

from itertools import combinations

import pytest

from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.errors import AppError
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.sources.types import BuiltIn
from tests.support.counted_work import count_calls
from tests.support.graphs import tangled
from tests.support.pictures.drawn import MEASURE, boxes, crossings, document, overlap


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
    assert not crossings(shown)
    (note,) = shown.notes
    assert note == "dot is not there; what it has not placed stands in rows by rank."
    assert note in (item.title for item in shown.items if item.kind == "note")


@pytest.mark.parametrize(
    "graph", [tangled.grid(10, 10), tangled.complete(30)], ids=lambda graph: graph.name
)
def test_that_tangled_graphs_have_no_boxes_on_boxes_and_no_wires_through_them(graph: Graph) -> None:
    def failing_dot(text: str) -> str:
        raise AppError("dot is not there", details=text)

    model = make_document(BuiltIn(graph.name), graph.name, graph)
    shown = picture(model, View(detail="layer"), MEASURE, failing_dot)
    for (name, rect), (neighbour, area) in combinations(boxes(shown, "card", "join"), 2):
        assert not overlap(rect, area, by=1.0), (name, neighbour)
    assert not crossings(shown)


def test_that_twice_the_wires_between_stages_are_twice_the_work() -> None:
    def failing_dot(text: str) -> str:
        raise AppError("dot is not there", details=text)

    def work(size: int) -> int:
        graph = tangled.stages(size)
        model = make_document(BuiltIn(graph.name), graph.name, graph)
        view = View(detail="layer")
        return count_calls(lambda: picture(model, view, MEASURE, failing_dot))

    assert work(800) < 2.2 * work(400)
