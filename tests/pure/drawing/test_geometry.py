"""What any picture must keep: nothing on top of another, nothing through a card, nothing lost."""

from __future__ import annotations

import math

import pytest

from resnet_viz.drawing.display_list import NEAR, DisplayList, Item, Rect, Text
from resnet_viz.layout.view import View
from tests.support.pictures.drawn import DETAILS, MODELS, drawn, overlap, text_box, within

CASES = [(model, detail) for model in MODELS for detail in DETAILS]
IDS = [f"{model}-{detail}" for model, detail in CASES]
every_picture = pytest.mark.parametrize(("model", "detail"), CASES, ids=IDS)


def boxes(shown: DisplayList) -> list[tuple[Item, Rect]]:
    return [
        (item, item.hit)
        for item in shown.items
        if item.kind in ("card", "join") and isinstance(item.hit, Rect)
    ]


def grounds(shown: DisplayList) -> list[tuple[Item, Rect]]:
    return [
        (item, item.hit)
        for item in shown.items
        if item.kind in ("panel", "frame") and isinstance(item.hit, Rect)
    ]


@every_picture
def test_that_no_two_cards_overlap(model: str, detail: str) -> None:
    found = boxes(drawn(model, View(detail=detail)))
    for place, (one, rect) in enumerate(found):
        for other, against in found[place + 1 :]:
            assert not overlap(rect, against, by=1.0), (one.id, other.id)


@every_picture
def test_that_panels_do_not_overlap_and_frames_lie_inside_one_ground(
    model: str, detail: str
) -> None:
    found = grounds(drawn(model, View(detail=detail)))
    panels = [rect for item, rect in found if item.kind == "panel"]
    for place, rect in enumerate(panels):
        assert not any(overlap(rect, other) for other in panels[place + 1 :])
    for item, rect in found:
        if item.kind == "frame":
            around = [p for p in panels if overlap(p, rect)]
            assert len(around) == 1, item.id
            assert within(around[0], rect), item.id


@every_picture
def test_that_the_legend_lies_beside_everything(model: str, detail: str) -> None:
    shown = drawn(model, View(detail=detail))
    legend = shown.by_id["legend"].bounds
    for item, rect in (*grounds(shown), *boxes(shown)):
        assert not overlap(legend, rect), item.id


@every_picture
def test_that_every_card_lies_inside_its_panel(model: str, detail: str) -> None:
    shown = drawn(model, View(detail=detail))
    panels = [rect for item, rect in grounds(shown) if item.kind == "panel"]
    if not panels:
        return
    for item, rect in boxes(shown):
        if not item.id.startswith("stage:"):
            assert any(within(panel, rect) for panel in panels), item.id


@every_picture
def test_that_no_edge_or_arc_runs_through_a_card(model: str, detail: str) -> None:
    shown = drawn(model, View(detail=detail))
    ends = {link.item: {link.source, link.target} for link in shown.links}
    cards = [(item.id, rect.grown(-2.0)) for item, rect in boxes(shown) if item.kind == "card"]
    for item in shown.items:
        if item.kind not in ("edge", "shortcut") or not isinstance(item.hit, tuple):
            continue
        for start, end in zip(item.hit, item.hit[1:], strict=False):
            for card, rect in cards:
                if card in ends.get(item.id, set()) and "fold" in card:
                    continue
                assert not crosses(start, end, rect), (item.id, card)


def crosses(start: tuple[float, float], end: tuple[float, float], rect: Rect) -> bool:
    steps = max(2, int(math.dist(start, end) / 2))
    return any(
        rect.contains(
            (
                start[0] + (end[0] - start[0]) * step / steps,
                start[1] + (end[1] - start[1]) * step / steps,
            )
        )
        for step in range(steps + 1)
    )


@every_picture
def test_that_shapes_are_written_clear_of_cards_and_of_each_other(model: str, detail: str) -> None:
    shown = drawn(model, View(detail=detail))
    labels = [
        (item.id, text_box(mark))
        for item in shown.items
        if item.kind in ("edge", "shortcut")
        for mark in item.marks
        if isinstance(mark, Text) and mark.lod & NEAR
    ]
    cards = [(item.id, rect) for item, rect in boxes(shown) if item.kind == "card"]
    for place, (name, box) in enumerate(labels):
        for card, rect in cards:
            assert not overlap(box, rect, by=1.0), (name, card)
        for other, against in labels[place + 1 :]:
            assert not overlap(box, against, by=1.0), (name, other)


@every_picture
def test_that_everything_lies_within_the_bounds_and_ids_are_unique(model: str, detail: str) -> None:
    shown = drawn(model, View(detail=detail))
    assert len({item.id for item in shown.items}) == len(shown.items)
    for item in shown.items:
        assert within(shown.bounds, item.bounds), item.id
        for mark in item.marks:
            if isinstance(mark, Text):
                assert within(shown.bounds, text_box(mark)), (item.id, mark.text)


@every_picture
def test_that_every_tensor_between_visible_things_is_drawn_and_none_is_invented(
    model: str, detail: str
) -> None:
    from tests.support.pictures.drawn import document

    graph = document(model).graph
    shown = drawn(model, View(detail=detail))
    home: dict[str, str] = {}
    for item in shown.items:
        if item.kind in ("card", "join") and item.target is not None:
            targets = (item.target, *item.also)
            for target in targets:
                if target.kind == "call" and not item.id.startswith("circle:"):
                    home[target.id] = item.id
    assert set(home) == {call.id for call in graph.calls}
    drawn_pairs = {
        (tensor.ref, consumer) for tensor in shown.tensors.values() for consumer in tensor.consumers
    }
    shortcut_ids = {
        item.target.id
        for item in shown.items
        if item.target is not None and item.target.kind == "shortcut"
    }
    structure = document(model).structure
    by_shortcut = {
        (edge.source, edge.target)
        for shortcut in structure.shortcuts
        if shortcut.id in shortcut_ids
        for edge in graph.edges
        if edge.target in (*shortcut.calls, shortcut.join)
    }
    for edge in graph.edges:
        if home[edge.source.call] != home[edge.target]:
            pair = (edge.source, edge.target)
            assert pair in drawn_pairs or pair in by_shortcut, pair
    assert drawn_pairs <= {(edge.source, edge.target) for edge in graph.edges}


@every_picture
def test_that_links_name_items_of_the_picture(model: str, detail: str) -> None:
    shown = drawn(model, View(detail=detail))
    for link in shown.links:
        assert link.item in shown.by_id
        assert not link.source or link.source in shown.by_id
        assert not link.target or link.target in shown.by_id
    for item, lit in shown.co_highlights.items():
        assert item in shown.by_id
        assert set(lit) <= set(shown.by_id)
