"""Geometry of any picture: nothing on top of another, no line through a card, nothing lost."""

from __future__ import annotations

from itertools import combinations
from typing import Final

from resnet_viz.drawing.display_list import NEAR, Text
from resnet_viz.layout.view import View
from tests.support.pictures.drawn import (
    boxes,
    crossings,
    document,
    drawn,
    every_picture,
    overlap,
    text_box,
    within,
)


def check_that_no_two_cards_overlap(model: str, view: View) -> None:
    shown = boxes(drawn(model, view), "card", "join")
    for (name, rect), (neighbour, area) in combinations(shown, 2):
        assert not overlap(rect, area, by=1.0), (name, neighbour)


def check_that_panels_do_not_overlap_and_frames_lie_inside_one_panel(
    model: str, view: View
) -> None:
    shown = drawn(model, view)
    panels = [rect for _, rect in boxes(shown, "panel")]
    assert not any(overlap(a, b) for a, b in combinations(panels, 2))
    for name, rect in boxes(shown, "frame"):
        (around,) = (panel for panel in panels if overlap(panel, rect))
        assert within(around, rect), name


def check_that_the_legend_lies_beside_everything(model: str, view: View) -> None:
    shown = drawn(model, view)
    legend = shown.by_id["legend"].bounds
    for name, rect in boxes(shown, "panel", "frame", "card", "join"):
        assert not overlap(legend, rect), name


def check_that_every_card_lies_inside_its_panel(model: str, view: View) -> None:
    shown = drawn(model, view)
    panels = [rect for _, rect in boxes(shown, "panel")]
    for name, rect in boxes(shown, "card", "join"):
        if panels and not name.startswith("stage:"):
            assert any(within(panel, rect) for panel in panels), name


def check_that_no_edge_or_arc_runs_through_a_card(model: str, view: View) -> None:
    shown = drawn(model, view)
    ends = {link.item: {link.source, link.target} for link in shown.links}
    for line, card in crossings(shown):
        assert "fold" in card, (line, card)
        assert card in ends[line], (line, card)


def check_that_shapes_are_written_clear_of_cards_and_of_each_other(model: str, view: View) -> None:
    shown = drawn(model, view)
    labels = [
        (item.id, text_box(mark))
        for item in shown.items
        if item.kind in ("edge", "shortcut")
        for mark in item.marks
        if isinstance(mark, Text) and mark.lod & NEAR
    ]
    for name, box in labels:
        for card, rect in boxes(shown, "card"):
            assert not overlap(box, rect, by=1.0), (name, card)
    for (name, box), (neighbour, area) in combinations(labels, 2):
        assert not overlap(box, area, by=1.0), (name, neighbour)


def check_that_everything_lies_within_the_bounds_and_ids_are_unique(model: str, view: View) -> None:
    shown = drawn(model, view)
    assert len({item.id for item in shown.items}) == len(shown.items)
    for item in shown.items:
        assert within(shown.bounds, item.bounds), item.id
        for mark in item.marks:
            if isinstance(mark, Text):
                assert within(shown.bounds, text_box(mark)), (item.id, mark.text)


def check_that_every_tensor_between_visible_things_is_drawn_and_none_is_invented(
    model: str, view: View
) -> None:
    graph = document(model).graph
    shown = drawn(model, view)
    home = {
        target.id: item.id
        for item in shown.items
        if item.kind in ("card", "join") and item.target and not item.id.startswith("circle:")
        for target in (item.target, *item.also)
        if target.kind == "call"
    }
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


def check_that_links_name_items_of_the_picture(model: str, view: View) -> None:
    shown = drawn(model, view)
    for link in shown.links:
        assert link.item in shown.by_id
        assert not link.source or link.source in shown.by_id
        assert not link.target or link.target in shown.by_id
    for name, together in shown.co_highlights.items():
        assert {name, *together} <= set(shown.by_id)


CHECKS: Final = (
    check_that_no_two_cards_overlap,
    check_that_panels_do_not_overlap_and_frames_lie_inside_one_panel,
    check_that_the_legend_lies_beside_everything,
    check_that_every_card_lies_inside_its_panel,
    check_that_no_edge_or_arc_runs_through_a_card,
    check_that_shapes_are_written_clear_of_cards_and_of_each_other,
    check_that_everything_lies_within_the_bounds_and_ids_are_unique,
    check_that_every_tensor_between_visible_things_is_drawn_and_none_is_invented,
    check_that_links_name_items_of_the_picture,
)


@every_picture
def test_that_a_picture_is_sound(model: str, view: View) -> None:
    # One test for a picture, not for each check: drawing it costs more than all of them.
    for check in CHECKS:
        check(model, view)
