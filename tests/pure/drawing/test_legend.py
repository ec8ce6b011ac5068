"""The legend explains every mark that is drawn, and nothing else."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList, Item, Text
from resnet_viz.layout.open_state import flipped
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs.net import Net
from tests.support.graphs.shapes import SHAPES
from tests.support.pictures.drawn import (
    DETAILS,
    MEASURE,
    MODELS,
    document,
    drawn,
    text_box,
    within,
)
from tests.support.pictures.looks import (
    letters_of_legend,
    letters_of_wires,
    looks_of_legend,
    looks_of_picture,
)


@cache
def made_up(name: str) -> Document:
    return make_document(BuiltIn(name), name, SHAPES[name]())


def shown(model: str, **view: Any) -> DisplayList:
    if model in SHAPES:
        return picture(made_up(model), View(**view), MEASURE, run_dot)
    return drawn(model, View(**view))


def words(item: Item) -> list[str]:
    return [mark.text for mark in item.marks if isinstance(mark, Text)]


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("model", [*MODELS, *SHAPES])
def test_that_what_is_drawn_is_what_the_legend_explains(model: str, detail: str) -> None:
    drawing = shown(model, detail=detail)
    legend = drawing.by_id["legend"]
    assert looks_of_picture(drawing) == looks_of_legend(legend)
    assert letters_of_wires(drawing) <= letters_of_legend(legend)


@pytest.mark.parametrize("color_by", ["type", "parameters", "macs", "memory", "receptive_field"])
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("model", ["resnet101", "transformer", "gan", "wide"])
def test_that_colours_and_units_are_explained(model: str, detail: str, color_by: str) -> None:
    drawing = shown(model, detail=detail, color_by=color_by)
    explained = looks_of_legend(drawing.by_id["legend"])
    assert looks_of_picture(drawing) <= explained
    scale = {look for look in explained if look.startswith("unit ")}
    assert explained - scale <= looks_of_picture(drawing)


def test_that_an_open_block_explains_its_border_and_its_ports() -> None:
    view = flipped(document("resnet34").structure, View(), "conv3_1")
    drawing = drawn("resnet34", view)
    assert looks_of_picture(drawing) == looks_of_legend(drawing.by_id["legend"])
    assert {"open group", "tensor enters or leaves it"} <= set(words(drawing.by_id["legend"]))


def test_that_stage_detail_explains_its_bars_and_units_and_no_joins() -> None:
    legend = words(shown("resnet34", detail="stage").by_id["legend"])
    assert "MACs, share of the largest" in legend
    assert "thousand, million, billion MACs" in legend
    assert not {"add", "multiply", "add, then ReLU"} & set(legend)


@pytest.mark.parametrize("letters", [0.0, 13.0])
def test_that_units_of_bytes_keep_clear_of_their_words(letters: float) -> None:
    basis = MemoryBasis(batch=128)
    drawing = drawn("resnet34", View(color_by="memory", basis=basis, letters=letters))
    legend = drawing.by_id["legend"]
    marks = {mark.text: mark for mark in legend.marks if isinstance(mark, Text)}
    units, meaning = marks["KiB MiB GiB"], marks["1,024, 1,024², 1,024³ bytes"]
    assert text_box(units).right + 4.0 < text_box(meaning).x
    assert all(within(legend.bounds, text_box(mark)) for mark in marks.values())


def test_that_lines_wider_for_larger_tensors_are_explained() -> None:
    legend = words(drawn("resnet34", View(weighted_edges=True)).by_id["legend"])
    assert "tensor, wider if larger" in legend


def test_that_a_gate_looks_other_than_an_identity_shortcut() -> None:
    looks = looks_of_picture(shown("squeeze_excite", detail="unit"))
    assert len([look for look in looks if look.startswith("shortcut")]) == 2


def test_that_joins_without_a_sign_are_named_beside_their_circle() -> None:
    drawing = shown("odd_joins")
    circle = drawing.by_id["circle:mlp 1"]
    assert words(circle) == ["Average"]
    assert "join that is named beside it" in words(drawing.by_id["legend"])


def test_that_a_layer_that_is_called_again_is_marked_as_shared() -> None:
    for detail in ("unit", "layer"):
        drawing = shown("shared", detail=detail)
        towers = [i for i in drawing.items if i.kind == "card" and "tower" in i.title]
        assert len(towers) == 3
        assert all("shared ×3" in " ".join(words(tower)) for tower in towers)
    twins = shown("twins", detail="layer")  # the frames of the encoders say it
    assert not [i.id for i in twins.items if i.kind == "card" and "shared" in " ".join(words(i))]


@pytest.mark.parametrize("detail", DETAILS[1:])
def test_that_the_input_of_a_nested_model_is_no_second_input_of_the_model(detail: str) -> None:
    net = Net()
    x = net.nested("top", lambda x: net.dense(x, 2), net.input(8), type_="Sequential")
    model = make_document(BuiltIn("any"), "any", net.graph(x))
    drawing = picture(model, View(detail=detail), MEASURE, run_dot)
    titles = [words(item)[0] for item in drawing.items if item.kind == "card"]
    assert titles.count("Input") == 1
    assert ("Input of top" in titles) == (detail == "layer")


def test_that_colour_by_type_has_a_key_for_the_window_at_every_detail() -> None:
    for detail in DETAILS[1:]:
        drawing = drawn("resnet34", View(detail=detail, color_by="type"))
        assert drawing.color_key is not None
        assert "Conv" in words(drawing.color_key)
        assert "Conv" in words(drawing.by_id["legend"])
        assert drawing.color_key.title.startswith("Colours of operations: Conv, ")


def test_that_a_fold_has_the_colour_of_what_it_holds() -> None:
    legend = drawn("resnet101", View(color_by="type")).by_id["legend"]
    assert "Conv" in words(legend)
    assert "Submodel" not in words(legend)
