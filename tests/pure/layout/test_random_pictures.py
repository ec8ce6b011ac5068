"""Pictures of random models, nested and tangled, at every detail."""

from __future__ import annotations

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.layout.open_state import flipped
from resnet_viz.layout.view import DETAILS, View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs.random_nets import random_net
from tests.support.pictures.drawn import LAYOUTS, MEASURE, boxes, crossings, overlap, within


def check(shown: DisplayList) -> None:
    cards, panels = boxes(shown, "card", "join"), [rect for _, rect in boxes(shown, "panel")]
    for (name, rect), (neighbour, area) in combinations(cards, 2):
        assert not overlap(rect, area, by=2.5), (name, neighbour)
    for name, rect in cards:
        if panels and not name.startswith("stage:"):
            assert any(within(panel, rect) for panel in panels), name
    assert not any(overlap(shown.by_id["legend"].bounds, panel) for panel in panels)
    assert crossings(shown) == []
    assert len({item.id for item in shown.items}) == len(shown.items)
    for link in shown.links:
        assert not link.source or link.source in shown.by_id
        assert not link.target or link.target in shown.by_id


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(1, 60),
    detail=st.sampled_from(DETAILS),
    layout=st.sampled_from(LAYOUTS),
    opened=st.integers(0, 10**6),
)
def test_that_any_model_can_be_drawn(
    seed: int, size: int, detail: str, layout: str, opened: int
) -> None:
    model = make_document(BuiltIn("random"), "random", random_net(seed, size))
    view = View(detail=detail, layout=layout)
    groups = model.structure.groups
    if groups:
        view = flipped(model.structure, view, groups[opened % len(groups)].id)
    check(picture(model, view, MEASURE, run_dot))
