"""Words of --show and --hide: what is written into pictures, and what is bridged."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import NEAR, DisplayList, Item, Text
from resnet_viz.drawing.names import shared_prefix
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs.net import Net
from tests.support.pictures.drawn import DETAILS, MEASURE, document, drawn, text_box, within
from tests.support.pictures.looks import looks_of_legend, looks_of_picture


def shown(model: str, **view: Any) -> DisplayList:
    words = {"show", "hide"} & set(view)
    return drawn(model, View(**{**view, **{word: frozenset(view[word]) for word in words}}))


def words(item: Item) -> list[str]:
    return [mark.text for mark in item.marks if isinstance(mark, Text) and mark.lod & NEAR]


def all_words(drawing: DisplayList, *kinds: str) -> set[str]:
    return {word for item in drawing.items if item.kind in kinds for word in words(item)}


def small() -> Graph:
    net = Net()
    x = net.conv(net.input(8, 8, 3), 4, activation="relu", name="first")
    return net.graph(net.dense(net.gap(x, name="pooled"), 2, "softmax", name="last"))


@cache
def small_document() -> Document:
    return make_document(BuiltIn("any"), "any", small())


def test_that_names_and_applied_activations_are_in_the_picture_at_layer_detail() -> None:
    drawing = picture(small_document(), View(detail="layer"), MEASURE, run_dot)
    assert words(drawing.by_id["call:first"]) == ["Conv 3×3, 3→4", "first", "ReLU · 112 weights"]
    last = drawing.by_id["call:last"]
    assert words(last) == ["Dense 4 → 2", "last", "Softmax · 10 weights"]
    assert last.title.startswith("last (Dense, Softmax): 4 → 2")


def test_that_units_name_the_activations_that_they_apply() -> None:
    drawing = shown("squeeze_excite", detail="unit")
    assert {"Conv · ReLU", "Conv · Sigmoid"} <= all_words(drawing, "card")


@pytest.mark.parametrize(
    ("show", "line"),
    [
        ("params", "295,936 parameters"),  # 2 · (9·128·128 + 4·128)
        ("trainable", "trainable"),
    ],
)
def test_that_block_cards_say_what_is_asked_for(show: str, line: str) -> None:
    card = shown("resnet34", show=[show]).by_id["block:conv3_2"]
    assert line in words(card)


def test_that_dtypes_stand_beside_shapes() -> None:
    drawing = shown("resnet34", show=["dtype"])
    assert "56×56×64 float32" in all_words(drawing, "edge")
    legend = words(drawing.by_id["legend"])
    assert "H×W×C" in legend


def test_that_hidden_shapes_and_macs_are_nowhere_nor_in_the_legend() -> None:
    drawing = shown("resnet34", hide=["shapes", "macs"])
    texts = all_words(drawing, "edge", "shortcut", "panel", "card", "legend")
    assert not [text for text in texts if "MACs" in text or text.endswith(" M")]
    assert not all_words(drawing, "edge", "shortcut") - {""}
    assert "bar" not in looks_of_picture(drawing)
    assert looks_of_picture(drawing) == looks_of_legend(drawing.by_id["legend"])


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("model", ["resnet34", "resnet50v2", "densenet121", "convnext", "edsr"])
def test_that_what_is_hidden_is_bridged_and_counted_in_the_legend(model: str, detail: str) -> None:
    drawing = shown(model, detail=detail, hide=["batchnorm", "activation", "dropout"])
    graph = document(model).graph
    home = {
        target.id: item.id
        for item in drawing.items
        if item.kind in ("card", "join") and item.target and not item.id.startswith("circle:")
        for target in (item.target, *item.also)
        if target.kind == "call"
    }
    assert set(home) == {call.id for call in graph.calls}
    legend = words(drawing.by_id["legend"])
    if detail == "layer" and model == "resnet34":
        assert "not drawn: 36 batch normalisations" in legend  # 33 convolutions, 3 projections
        assert "not drawn: 33 activations" in legend
        assert not [i for i in drawing.items if i.id.endswith(("_bn_a", "relu", "_bn_b"))]


def test_that_lines_bridge_what_is_hidden() -> None:
    drawing = shown("plain34", detail="layer", hide=["batchnorm", "activation"])
    convolutions = [i.id for i in drawing.items if i.kind == "card" and "(Conv2D)" in i.title]
    assert len(convolutions) == 33
    ends = {(link.source, link.target) for link in drawing.links}
    stage = [name for name in convolutions if name.startswith("call:conv3_")]
    assert set(pairwise(stage)) <= ends


def test_that_a_hidden_call_where_branches_part_stays() -> None:
    net = Net()
    x = net.relu(net.input(4), name="fork")
    model = make_document(
        BuiltIn("any"), "any", net.graph(net.concat(net.dense(x, 2), net.dense(x, 3)))
    )
    view = View(detail="layer", hide=frozenset({"activation"}))
    drawing = picture(model, view, MEASURE, run_dot)
    assert "call:fork" in drawing.by_id
    assert not [word for word in words(drawing.by_id["legend"]) if word.startswith("not drawn")]


def test_that_the_head_is_left_out_and_said_to_be() -> None:
    drawing = shown("resnet34", hide=["head"])
    assert "panel:head" not in drawing.by_id
    assert "not drawn: the head" in words(drawing.by_id["legend"])
    assert "call:fc" not in drawing.by_id


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (("net_a", "net_b", "net_c", "add"), "net_"),
        (("net_a", "add", "net_c", "sum"), "net_"),
        (("block_1_a", "block_2_b", "block_3_c"), ""),  # "1_a" would be no name
        (("ab_c", "ab_d", "ab_e"), ""),  # not worth a line
        (("convnext_tiny_a", "convnext_tiny_b", "convnext_tiny_c"), "convnext_tiny_"),
        (("conv1", "bn1", "relu1"), ""),
    ],
)
def test_that_the_prefix_of_most_names_is_found(names: tuple[str, ...], prefix: str) -> None:
    net = Net()
    x = net.input(4)
    for name in names:
        x = net.dense(x, 4, name=name)
    assert shared_prefix(net.graph(x)) == prefix


def test_that_a_shared_prefix_is_dropped_and_said_once() -> None:
    net = Net()
    x = net.input(4)
    for name in ("wide_net_first", "wide_net_second", "wide_net_third"):
        x = net.dense(x, 4, name=name)
    model = make_document(BuiltIn("any"), "any", net.graph(x))
    drawing = picture(model, View(), MEASURE, run_dot)
    cards = [item for item in drawing.items if item.kind == "card"]
    assert [words(card)[0] for card in cards] == ["Input", "first", "second", "third"]
    assert "names without wide_net_" in words(drawing.by_id["legend"])
    assert "wide_net_first" in cards[1].title


def test_that_captions_and_totals_stand_below_the_picture() -> None:
    drawing = shown("resnet34", caption="Figure 1", totals=True)
    caption = drawing.by_id["caption"]
    assert words(caption) == [
        "Figure 1", "34 weighted layers, 21.8 M parameters, 3.66 G MACs",
    ]  # fmt: skip
    below = max(item.bounds.bottom for item in drawing.items if item is not caption)
    assert caption.bounds.y > below


def test_that_long_titles_and_captions_wrap_within_the_picture() -> None:
    text = "A residual network of thirty-four weighted layers after He and others " * 4
    drawing = shown("tutorial_first_unit", title=text, caption=text, layout="column")
    for name in ("title", "caption"):
        item = drawing.by_id[name]
        assert len(words(item)) > 2
        assert all(within(drawing.bounds, text_box(m)) for m in item.marks if isinstance(m, Text))
    assert drawing.bounds.width < 700


def test_that_long_names_wrap_in_their_cards() -> None:
    net = Net()
    name = "encoder_for_the_second_language_position_embedding_projection"
    model = make_document(
        BuiltIn("any"), "any", net.graph(net.dense(net.input(4, name="x"), 2, name=name))
    )
    for detail in ("block", "layer"):
        drawing = picture(model, View(detail=detail), MEASURE, run_dot)
        card = next(i for i in drawing.items if i.kind == "card" and i.title.startswith(name))
        pieces = [word for word in words(card) if len(word) > 2 and word in name]
        assert "".join(pieces) == name
        assert card.bounds.width < 300
        assert all(within(card.bounds, text_box(m)) for m in card.marks if isinstance(m, Text))
