"""SVG: valid, findable, with real text, and drawn in an order that looks the same."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.drawing.display_list import (
    NEAR,
    Box,
    Close,
    Cubic,
    DisplayList,
    Item,
    Line,
    Move,
    Rect,
    Target,
    Text,
)
from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.exports.grouping import bundles
from resnet_viz.exports.options import ExportOptions, frame_of
from resnet_viz.exports.svg import write_svg
from resnet_viz.exports.svg_marks import number, path_data
from resnet_viz.exports.xml import XmlIds
from tests.support.pictures.export_items import block, edge, picture

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawn: DisplayList, options: ExportOptions | None = None) -> ET.Element:
    options, file = options or ExportOptions(), io.BytesIO()
    write_svg(file, drawn, options, frame_of(drawn.bounds, options, "svg"))
    return ET.fromstring(file.getvalue())


def by_id(root: ET.Element) -> dict[str, ET.Element]:
    nodes = [node for node in root.iter() if "id" in node.attrib]
    named = {node.attrib["id"]: node for node in nodes}
    assert len(named) == len(nodes), "an id is there twice"
    return named


def title(node: ET.Element) -> str:
    return node.findtext(f"{SVG}title") or ""


def one_text(text: str) -> DisplayList:
    mark = Text(10, 20, text, 12, "text")
    target = Target("group", text)
    item = Item(f"card:{text}", "card", target, Rect(0, 0, 90, 30), (mark,), title=text, group=text)
    return DisplayList(Rect(0, 0, 100, 40), (item,))


def test_that_the_view_box_is_the_pictures_bounds() -> None:
    root = parsed(msgspec.structs.replace(picture(), bounds=Rect(-10, -20.5, 240, 260)))
    assert root.attrib["viewBox"] == "-10 -20.5 240 260"
    assert (root.attrib["width"], root.attrib["height"]) == ("240", "260")


def test_that_width_and_height_centre_the_picture() -> None:
    root = parsed(picture(), ExportOptions(width=440, height=600))
    assert (root.attrib["width"], root.attrib["height"]) == ("440", "600")
    assert root.attrib["viewBox"] == "0 -50 220 300"


def test_that_a_closed_block_is_one_group_with_its_id_and_title() -> None:
    group = by_id(parsed(picture(*block("conv3_2", 200))))["conv3_1"]
    inside = [node.attrib["class"] for node in group.iter(f"{SVG}g") if "class" in node.attrib]
    assert sorted(inside) == ["card", "dot", "join", "shortcut"]
    assert title(group) == "conv3_1: 56×56×64 → 56×56×64"


def test_that_a_panel_is_findable_by_its_stage() -> None:
    assert title(by_id(parsed(picture()))["conv3_x"]) == "conv3_x"


def test_that_text_is_text_with_anchor_size_and_weight() -> None:
    texts = {node.text: node.attrib for node in parsed(picture()).iter(f"{SVG}text")}
    assert texts["conv3_1"]["font-weight"] == "600"
    assert texts["conv3_1"]["font-size"] == "12.5"
    assert texts["56×56×64"]["text-anchor"] == "end"
    assert texts["56×56×64"]["class"] == "num"


def test_that_the_font_falls_back() -> None:
    families = parsed(picture()).attrib["font-family"].split(", ")
    assert families[0] == "Pretendard"
    assert families[-1] == "sans-serif"


def test_that_dashes_and_colours_are_there() -> None:
    arc = by_id(parsed(picture()))["arc_conv3_1"].find(f"{SVG}path")
    assert arc is not None
    assert arc.attrib["stroke-dasharray"] == "5 3.5"
    assert arc.attrib["stroke"] == LIGHT["shortcut"]


def test_that_there_is_nothing_but_vectors() -> None:
    kinds = {node.tag.removeprefix(SVG) for node in parsed(picture()).iter()}
    assert kinds <= {"svg", "title", "style", "g", "rect", "path", "circle", "text"}


@pytest.mark.parametrize(
    ("settings", "fill"),
    [
        (ExportOptions(theme=DARK), DARK["canvas"]),
        (ExportOptions(theme=DARK, background="white"), "#FFFFFF"),
        (ExportOptions(background="transparent"), None),
    ],
    ids=["theme", "white", "transparent"],
)
def test_that_the_ground_is_as_asked_for(settings: ExportOptions, fill: str | None) -> None:
    ground = parsed(picture(), settings).find(f"{SVG}rect")
    assert (ground.attrib["fill"] if ground is not None else None) == fill


def test_that_what_an_export_does_not_show_is_left_out() -> None:
    card = by_id(parsed(picture()))["card_conv3_1"]
    stripe, *others = card.findall(f"{SVG}rect[@fill='{LIGHT['stage3']}']")
    assert stripe.attrib["width"] == "4"
    assert others == []  # the whole card has the stage's colour only when it is far away


@given(st.text(st.characters()))
def test_that_any_name_gives_valid_xml(name: str) -> None:
    root = parsed(one_text(name), ExportOptions(title=name))
    for name_of_element in by_id(root):
        assert ET.fromstring(f"<{name_of_element}/>").tag == name_of_element
    if name and name.isprintable() and name.strip() == name:
        assert [node.text for node in root.iter(f"{SVG}text")] == [name]


def test_that_korean_names_stay_findable() -> None:
    assert "블록_1" in by_id(parsed(one_text("블록 1")))


@given(st.lists(st.text(max_size=3)))
def test_that_ids_are_unique(wishes: list[str]) -> None:
    ids = XmlIds()
    taken = [ids.take(wish) for wish in wishes]
    assert len(set(taken)) == len(taken)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("conv3_1-parts", "conv3_1-parts"),
        ("a: b/c", "a_b_c"),
        ("1st", "_1st"),
        ("·x", "_·x"),
        ("", "_"),
        ("a\u1680b", "a_b"),  # a space of the Ogham script, which XML 1.0 had no name for
        ("a\ud800\U0001f600b", "a_b"),
        ("Größe", "Größe"),
        ("層", "層"),
    ],
    ids=ascii,
)
def test_that_ids_are_close_to_the_names(wish: str, name: str) -> None:
    assert XmlIds().take(wish) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (15.5, "15.5"),
        (-0.001, "0"),
        (1 / 3, "0.33"),
        (1e6, "1000000"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_that_numbers_have_no_noise(value: float, text: str) -> None:
    assert number(value) == text


def test_that_paths_are_written_short_and_right() -> None:
    steps = (Move(1, 2), Line(5, 2), Line(5, 9.5), Line(7, 8), Cubic(1, 2, 3, 4, 5, 6), Close())
    assert path_data(steps) == "M1 2H5V9.5L7 8C1 2 3 4 5 6Z"


def box(name: str, place: Rect, *, group: str | None, level: int) -> Item:
    return Item(
        name,
        "card",
        Target("group", name),
        place,
        (Box(place, fill="card"),),
        group=group,
        level=level,
    )


places = st.builds(
    Rect,
    st.integers(0, 60).map(float),
    st.integers(0, 60).map(float),
    st.integers(5, 30).map(float),
    st.integers(5, 30).map(float),
)


@given(st.lists(st.tuples(places, st.sampled_from(["0", "1", "2", None])), max_size=12))
def test_that_grouping_never_changes_what_lies_on_what(
    drawn: list[tuple[Rect, str | None]],
) -> None:
    items = tuple(
        box(str(index), place, group=group, level=4) for index, (place, group) in enumerate(drawn)
    )
    order = [
        item for bundle in bundles(DisplayList(Rect(0, 0, 99, 99), items)) for item in bundle.items
    ]
    assert sorted(item.id for item in order) == sorted(item.id for item in items)
    position = {item.id: index for index, item in enumerate(order)}
    for low, one in enumerate(items):
        for other in items[low + 1 :]:
            apart = (
                one.bounds.x >= other.bounds.right
                or other.bounds.x >= one.bounds.right
                or one.bounds.y >= other.bounds.bottom
                or other.bounds.y >= one.bounds.bottom
            )
            assert apart or position[one.id] < position[other.id]


def test_that_an_edge_over_a_card_keeps_a_block_apart_and_the_order_right() -> None:
    arc, card, circle, dot = block()
    over = msgspec.structs.replace(edge(150, name="over"), bounds=card.bounds, group=None)
    found = bundles(DisplayList(Rect(0, 0, 220, 200), (card, over, arc, circle, dot)))
    order = [item.id for bundle in found for item in bundle.items]
    assert order.index(card.id) < order.index(over.id)
    assert {mark.lod & NEAR for mark in over.marks} == {NEAR}


def test_that_one_file_has_the_colours_of_both_themes() -> None:
    root = parsed(one_text("a"), ExportOptions(dark=DARK))
    node = next(root.iter(f"{SVG}text"))
    style = root.findtext(f"{SVG}style") or ""
    assert node.attrib["fill"] == LIGHT["text"]
    assert f".{node.attrib['class']}{{fill:{DARK['text']}}}" in style.partition("@media")[2]
    assert f"fill:{DARK['canvas']}" in style
