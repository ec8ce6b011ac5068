"""Hit testing, levels of detail, interpolation, arrow keys and highlighting, without a window."""

from __future__ import annotations

from math import inf, sqrt

import pytest
from msgspec.structs import replace

from resnet_viz.drawing.display_list import FAR, MID, NEAR, DisplayList, EdgeLink, Rect, Target
from resnet_viz.paint.printable import tip_html
from resnet_viz.scene.camera import next_step, previous_step
from resnet_viz.scene.highlight_rules import HighlightInput, HighlightRules
from resnet_viz.scene.hit import distance, distance_to_line, item_at, toggled_group
from resnet_viz.scene.lod import level_of
from resnet_viz.scene.transitions.anchoring import held_points, representative
from resnet_viz.scene.transitions.tween import alike, between, moved_by, shifted
from resnet_viz.scene.walk import Walk
from tests.support.pictures.scene_items import arc, card, edge, group, join, panel, picture


@pytest.mark.parametrize(
    ("zoom", "level"),
    [(0.05, FAR), (0.399, FAR), (0.4, MID), (0.799, MID), (0.8, NEAR), (0.1 * 8, NEAR), (8, NEAR)],
)
def test_that_levels_of_detail_begin_at_40_and_80_per_cent(zoom: float, level: int) -> None:
    assert level_of(zoom) == level


def test_that_a_line_is_hit_by_its_distance() -> None:
    line = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    assert distance_to_line((5.0, 3.0), line) == 3.0
    assert distance_to_line((13.0, 14.0), line) == 5.0
    assert distance_to_line((9.0, 2.0), line) == 1.0
    assert distance_to_line((3.0, 4.0), ((0.0, 0.0),)) == 5.0
    assert distance_to_line((0.0, 1.0), ((0.0, 0.0), (0.0, 0.0))) == 1.0
    assert distance_to_line((0.0, 0.0), ()) == inf
    assert distance_to_line((1.0, 0.0), ((0.0, 0.0), (1.0, 1.0))) == pytest.approx(sqrt(0.5))


def test_that_the_nearer_of_two_lines_is_hit() -> None:
    left = edge("left", ((0.0, 0.0), (0.0, 100.0)))
    right = edge("right", ((5.0, 0.0), (5.0, 100.0)))
    assert item_at([left, right], (1.0, 50.0), 4.0) is left
    assert item_at([left, right], (4.0, 50.0), 4.0) is right
    assert item_at([left, right], (10.0, 50.0), 4.0) is None


def test_that_a_card_covers_the_line_under_it_and_a_line_covers_its_panel() -> None:
    line = edge("line", ((62.0, 0.0), (62.0, 100.0)))
    block = card("block", "stage1", 0, 20)
    ground = panel("stage", "stage1", Rect(-20, -20, 300, 300))
    assert item_at([block, line, ground], (62.0, 40.0), 4.0) is block
    assert item_at([block, line, ground], (64.0, 90.0), 4.0) is line
    assert item_at([block, line, ground], (70.0, 90.0), 4.0) is ground
    assert distance(block, (0.0, 0.0)) == inf


def test_that_a_double_click_toggles_by_card_and_header_only() -> None:
    ground = panel("stage", "stage1", Rect(0, 0, 200, 400))
    block = card("block", "stage1", 10, 100)
    call = card("conv", "stage1", 10, 200, "call")
    assert toggled_group(ground, (50.0, 20.0)) == "stage"
    assert toggled_group(ground, (50.0, 300.0)) is None
    assert toggled_group(block, (100.0, 140.0)) == "block"
    assert toggled_group(call, (20.0, 210.0)) is None


def test_that_an_item_that_kept_its_size_is_only_moved() -> None:
    before, after = card("a", "stage1", 0, 0), card("a", "stage1", 30, 40)
    assert moved_by(before, after) == (30.0, 40.0)
    assert shifted(before, (30.0, 40.0)).marks == after.marks
    assert shifted(before, (30.0, 40.0)).bounds == after.bounds


def test_that_a_bent_line_is_not_taken_as_moved() -> None:
    before = edge("e", ((0.0, 0.0), (50.0, 0.0), (50.0, 100.0), (100.0, 100.0)))
    after = edge("e", ((0.0, 0.0), (70.0, 0.0), (70.0, 100.0), (100.0, 100.0)))
    assert moved_by(before, after) is None
    assert alike(before, after)
    half = between(before, after, 0.5)
    assert half.marks[0] == edge("e", ((0, 0), (60, 0), (60, 100), (100, 100))).marks[0]


def test_that_a_tween_ends_with_the_new_item_itself() -> None:
    before = panel("p", "stage1", Rect(0, 0, 100, 100))
    after = panel("p", "stage1", Rect(0, 0, 300, 200))
    assert between(before, after, 1.0) is after
    assert between(before, after, 0.5).bounds == Rect(0, 0, 200, 150)
    assert between(before, after, 0.0).marks == before.marks
    assert moved_by(before, after) is None


def test_that_items_of_other_marks_are_not_alike() -> None:
    assert not alike(card("a", "stage1", 0, 0), join("a", 0, 0))
    assert not alike(
        edge("e", ((0.0, 0.0), (0.0, 9.0))), edge("e", ((0.0, 0.0), (5.0, 0.0), (5.0, 9.0)))
    )


def test_that_arcs_morph_with_their_curves() -> None:
    before, after = arc("a", 0, 0, dashed=False), arc("a", 20, 0, dashed=False)
    assert between(before, after, 0.5).marks == arc("a", 10, 0, dashed=False).marks


def test_that_arrows_follow_edges_down_and_up() -> None:
    walk = Walk(picture())
    assert walk.start == group("s1_1")
    down = [walk.start]
    while (target := walk.step(down[-1], "down")) is not None:
        down.append(target)
    assert down == [group(f"s{s}_{b}") for s in (1, 2) for b in (1, 2, 3)]
    assert walk.step(group("s2_1"), "up") == group("s1_3")
    assert walk.step(group("s1_1"), "up") is None


def test_that_arrows_go_between_columns() -> None:
    walk = Walk(picture(columns=3))
    assert walk.step(group("s1_2"), "right") == group("s2_2")
    assert walk.step(group("s2_3"), "right") == group("s3_3")
    assert walk.step(group("s3_1"), "left") == group("s2_1")
    assert walk.step(group("s1_1"), "left") is None
    assert walk.step(group("s3_2"), "right") is None


def test_that_arrows_go_into_an_open_block_and_out_of_it() -> None:
    walk = Walk(picture(opened="s1_2"))
    inside = Target("call", "s1_2.conv_1")
    assert walk.step(group("s1_2"), "down") == inside
    assert walk.step(inside, "down") == Target("call", "s1_2.conv_2")
    assert walk.step(Target("call", "s1_2.conv_2"), "down") == group("s1_3")
    assert walk.step(group("s1"), "down") == group("s1_1")


def test_that_arrows_lead_from_an_edge_to_its_ends() -> None:
    walk = Walk(picture())
    wrap = Target("edge", "s1→s2")
    assert walk.step(wrap, "down") == group("s2_1")
    assert walk.step(wrap, "up") == group("s1_3")


def test_that_a_walk_starts_at_the_card_that_hides_what_is_selected() -> None:
    hidden = Target("call", "s1_2.conv_1")
    shown = picture()
    items = tuple(
        replace(item, also=(hidden,)) if item.id in {"dot:s1_2", "card:s1_2"} else item
        for item in shown.items
    )
    walk = Walk(replace(shown, items=items))
    assert walk.step(hidden, "down") == group("s1_3")


def test_that_a_walk_survives_links_to_nothing_and_an_empty_picture() -> None:
    lone = card("a", "stage1", 0, 0)
    line = edge("e", ((0.0, 0.0), (0.0, 9.0)))
    odd = DisplayList(lone.bounds, (line, lone), (EdgeLink(line.id, "gone", lone.id),))
    assert Walk(odd).step(group("a"), "down") is None
    assert Walk(DisplayList(Rect(0, 0, 1, 1), ())).step(None, "down") is None


def test_that_a_shortcut_highlights_all_that_it_skips() -> None:
    states = HighlightRules(picture()).states(HighlightInput(hovered="arc:s1_2"))
    assert {item for item, state in states.items() if state.related} == {
        "arc:s1_2", "card:s1_2", "join:s1_2",
    }  # fmt: skip
    assert [item for item, state in states.items() if state.hovered] == ["arc:s1_2"]


def test_that_a_card_highlights_its_edges_and_the_rest_of_its_block() -> None:
    states = HighlightRules(picture()).states(HighlightInput(hovered="card:s1_2"))
    hovered = {item for item, state in states.items() if state.hovered}
    assert hovered == {"card:s1_2", "join:s1_2", "dot:s1_2"}
    related = {item for item, state in states.items() if state.related}
    assert related == {"edge:s1_1→s1_2", "edge:s1_2→s1_3", "arc:s1_2"}


def test_that_a_selected_block_turns_its_edges_and_shortcut_accent() -> None:
    states = HighlightRules(picture()).states(HighlightInput(selected=(group("s1_2"),)))
    assert {item for item, state in states.items() if state.selected} == {
        "card:s1_2", "join:s1_2", "dot:s1_2", "arc:s1_2", "edge:s1_1→s1_2", "edge:s1_2→s1_3",
    }  # fmt: skip
    assert not any(state.multiple for state in states.values())
    both = HighlightRules(picture()).states(HighlightInput(selected=(group("s1_2"), group("s2_1"))))
    assert all(state.multiple for state in both.values())


def test_that_the_anchor_is_held_from_card_to_frame() -> None:
    closed, opened = picture(), picture(opened="s1_2")
    held = held_points(closed, opened, group("s1_2"), (0.0, 0.0))
    assert held is not None
    old, new = held
    assert old == (90.0, representative(closed, group("s1_2")).bounds.y)
    assert new[1] == representative(opened, group("s1_2")).bounds.y


def test_that_without_anchor_the_item_at_the_middle_is_held() -> None:
    old, new = picture(), picture(blocks=4)
    middle = representative(old, group("s2_3")).bounds.center
    held = held_points(old, new, Target("group", "gone"), middle)
    assert held is not None
    assert held[0] == (middle[0], representative(old, group("s2_3")).bounds.y)
    nothing = DisplayList(Rect(0, 0, 1, 1), ())
    assert held_points(old, nothing, None, middle) is None


def test_that_a_tooltip_shows_markup_in_names_as_text() -> None:
    assert tip_html("a<b> & c") == '<p style="white-space: pre">a&lt;b> &amp; c</p>'


def test_that_zoom_steps_end_at_the_limits() -> None:
    assert [next_step(1.0), next_step(0.97), next_step(8.0)] == [1.25, 1.0, 8.0]
    assert [previous_step(1.0), previous_step(1.03), previous_step(0.05)] == [0.8, 1.0, 0.05]
