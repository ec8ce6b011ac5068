"""Heat colours: bins against the board's heat picture, and the rules of the scale."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.drawing.display_list import NEAR, Box, Item, Text
from resnet_viz.drawing.legend.heat import Heat, heat_of, short
from resnet_viz.experiments.layer_numbers import QUANTITIES, LayerNumbers, Quantity
from resnet_viz.layout.open_state import flipped
from resnet_viz.layout.view import View
from tests.support.pictures.drawn import MEASURE, document, drawn


def scale(model: str, **view: Any) -> Heat:
    heat = heat_of(document(model), View(**view))
    assert heat is not None
    return heat


def test_that_macs_per_unit_of_resnet34_fall_into_the_boards_bins() -> None:
    heat = scale("resnet34", detail="unit", color_by="macs")
    assert heat.counts == (4, 0, 0, 3, 0, 0, 30)
    assert sum(heat.counts) == 37
    assert [round(edge / 1e6, 1) for edge in heat.edges] == [
        0.0, 16.9, 33.7, 50.6, 67.4, 84.3, 101.2, 118.0,
    ]  # fmt: skip
    assert not heat.logarithmic


def test_that_the_scale_starts_at_zero_and_ends_at_the_largest_block() -> None:
    heat = scale("resnet34", detail="block", color_by="parameters")
    assert heat.edges[0] == 0
    assert heat.edges[-1] == 4_722_688  # conv5_2 with its moving statistics
    assert heat.bin(4_722_688) == 7
    assert heat.bin(1) == 1


@pytest.mark.parametrize("nothing", [None, 0, 0.0])
def test_that_no_cost_is_not_the_first_bin(nothing: float | None) -> None:
    heat = scale("resnet34", detail="block", color_by="macs")
    assert heat.bin(nothing) == 0
    assert heat.token(nothing) == "card"


def test_that_very_uneven_costs_get_bins_that_grow_by_a_factor() -> None:
    heat = scale("resnet34", detail="layer", color_by="parameters")
    assert heat.logarithmic
    ratios = [b / a for a, b in zip(heat.edges, heat.edges[1:], strict=False)]
    assert max(ratios) == pytest.approx(min(ratios))
    words = [
        mark.text
        for mark in drawn("resnet34", View(detail="layer", color_by="parameters"))
        .by_id["legend"]
        .marks
        if isinstance(mark, Text)
    ]
    assert any("logarithmic" in word for word in words)


def test_that_opening_a_block_keeps_the_scale() -> None:
    structure = document("resnet34").structure
    closed = View(color_by="macs")
    opened = flipped(structure, closed, "conv3_1")
    assert heat_of(document("resnet34"), closed) == heat_of(document("resnet34"), opened)


def test_that_stage_colours_go_neutral_and_cards_carry_their_bin() -> None:
    shown = drawn("resnet34", View(color_by="macs"))
    for item in shown.items:
        if item.kind == "panel":
            assert {mark.fill for mark in item.marks if isinstance(mark, Box)} == {"head.fill"}
    card = shown.by_id["block:conv2_1"]
    fills = [mark.fill for mark in card.marks if isinstance(mark, Box) and mark.lod & NEAR]
    assert fills == ["heat7"]
    inks = {mark.color for mark in card.marks if isinstance(mark, Text)}
    assert inks == {"heat7.text"}


def test_that_the_receptive_field_of_the_head_has_no_colour() -> None:
    shown = drawn("resnet34", View(color_by="receptive_field"))
    pool = next(item for item in shown.items if item.title.startswith("avg pool"))
    fills = {mark.fill for mark in pool.marks if isinstance(mark, Box) and mark.lod & NEAR}
    assert fills == {"card"}


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (57_802_752, "count", "57.8 M"),
        (3_612_672, "bytes", "3.45 MiB"),
        (899, "pixels", "899 px"),
    ],
)
def test_that_values_have_the_unit_that_fits(value: float, kind: str, text: str) -> None:
    assert short(value, kind) == text


@pytest.mark.parametrize("color_by", ["parameters", "macs", "memory", "receptive_field"])
@pytest.mark.parametrize("detail", ["stage", "block", "unit", "layer"])
@pytest.mark.parametrize("model", ["resnet34", "resnet101", "tutorial_resnet34"])
def test_that_texts_of_the_scale_keep_clear(model: str, detail: str, color_by: str) -> None:
    view: Any = {"detail": detail, "color_by": color_by}
    shown = drawn(model, View(**view))
    assert shown.color_key is not None
    keep_clear(shown.by_id["legend"])
    keep_clear(shown.color_key)


def keep_clear(item: Item) -> None:
    lines: dict[float, list[tuple[float, float, str]]] = {}
    for mark in item.marks:
        if isinstance(mark, Text) and mark.text:
            width = MEASURE.width(mark.text, mark.size, mark.weight, tabular=mark.tabular)
            left = mark.x - {"start": 0.0, "middle": width / 2, "end": width}[mark.anchor]
            lines.setdefault(mark.y, []).append((left, left + width, mark.text))
            assert left >= item.bounds.x + 4
            assert left + width <= item.bounds.right - 4
    for texts in lines.values():
        for (_, right, text), (left, _, next_text) in pairwise(sorted(texts)):
            assert right + 4 <= left, (text, next_text)


def test_that_memory_is_that_of_the_views_batch_and_dtype() -> None:
    shown = document("resnet34")
    one = heat_of(shown, View(detail="unit", color_by="memory"))
    eight = heat_of(shown, View(detail="unit", color_by="memory", basis=MemoryBasis(8, "float16")))
    assert one is not None
    assert eight is not None
    assert one.title == "Activation memory per unit, float32, batch 1"
    assert eight.title == "Activation memory per unit, float16, batch 8"
    assert one.edges[-1] == 3 * 112 * 112 * 64 * 4  # conv1: convolution, normalisation, ReLU
    assert eight.edges[-1] == 3 * 112 * 112 * 64 * 2 * 8
    assert one.counts == eight.counts


def test_that_cards_say_the_memory_of_the_views_basis() -> None:
    shown = drawn(
        "resnet34", View(detail="unit", color_by="memory", basis=MemoryBasis(8, "float16"))
    )
    conv1 = next(item for item in shown.items if item.id == "unit:conv1#2")
    words = [mark.text for mark in conv1.marks if isinstance(mark, Text)]
    assert "36.8 MiB" in words  # 3·112·112·64·2·8 / 2²⁰


def test_that_the_key_says_what_the_legends_scale_says() -> None:
    shown = drawn("resnet34", View(detail="unit", color_by="macs"))
    assert shown.color_key is not None
    words = [mark.text for mark in shown.color_key.marks if isinstance(mark, Text)]
    assert words == [
        "MACs per unit", "", "0", "16.9 M", "33.7 M", "50.6 M", "67.4 M", "84.3 M", "101 M",
        "118 M",
    ]  # fmt: skip
    fills = [mark.fill for mark in shown.color_key.marks if isinstance(mark, Box)]
    assert fills[1:] == [f"heat{number}" for number in range(1, 8)]
    assert shown.color_key not in shown.items  # exports have the legend


@pytest.mark.parametrize("view", [View(), View(color_by="macs", legend=False)])
def test_that_there_is_no_key_where_no_scale_is_drawn(view: View) -> None:
    assert drawn("resnet34", view).color_key is None


def test_that_the_key_tells_logarithmic_bins() -> None:
    shown = drawn("resnet34", View(detail="layer", color_by="parameters"))
    assert shown.color_key is not None
    assert "logarithmic bins" in [
        mark.text for mark in shown.color_key.marks if isinstance(mark, Text)
    ]
    assert "7 logarithmic bins from" in shown.color_key.title


def near_texts(item: Item) -> list[str]:
    return [mark.text for mark in item.marks if isinstance(mark, Text) and mark.lod & NEAR]


@pytest.mark.parametrize(
    ("color_by", "text"),
    [
        ("parameters", "9.66 K"),  # 7·7·3·64, and 4·64 of the normalisation
        ("macs", "118 M"),  # 112·112·7·7·3·64
        ("memory", "9.76 MiB"),  # the image, 112·112·64 three times, 4 bytes each
        ("receptive_field", "7 px"),
    ],
)
def test_that_panel_heads_say_what_is_coloured(color_by: Any, text: str) -> None:
    head = near_texts(drawn("resnet34", View(color_by=color_by)).by_id["panel:conv1"])
    assert head == ["conv1", "112×112×64", text]


def test_that_heads_of_open_blocks_say_what_is_coloured() -> None:
    view = flipped(document("resnet34").structure, View(color_by="parameters"), "conv3_2")
    head = near_texts(drawn("resnet34", view).by_id["frame:conv3_2"])
    # two convolutions of 3·3·128·128, two normalisations of 4·128
    assert head[1].endswith(" · 296 K parameters")
    view = flipped(document("resnet34").structure, View(color_by="receptive_field"), "conv3_2")
    assert near_texts(drawn("resnet34", view).by_id["frame:conv3_2"])[1].endswith(" px field")


def test_that_a_fold_says_the_number_of_each_group_that_its_colour_means() -> None:
    by_macs = drawn("resnet101", View(color_by="macs")).by_id["fold:conv4_3"]
    assert "each 218 M" in near_texts(by_macs)  # 14·14·(1024·256 + 9·256·256 + 256·1024)
    by_field = drawn("resnet101", View(color_by="receptive_field")).by_id["fold:conv4_3"]
    first, last = (
        document("resnet101").numbers.groups[group].receptive_field
        for group in ("conv4_3", "conv4_23")
    )
    assert f"{first[0]} px … {last[0]} px" in near_texts(by_field)


MEASURED = LayerNumbers(
    "gradient",
    "gradients on digits, untrained, seed 0, CPU",
    (("conv2_1_conv_a", 1e-5), ("conv2_1_conv_b", 1e-3), ("conv2_2_conv_a", 1e-1), ("fc", 0.0)),
)


def test_that_an_experiments_numbers_have_bins_that_grow_by_a_factor() -> None:
    heat = scale("resnet34", detail="layer", color_by="gradient", measured=MEASURED)
    assert heat.logarithmic
    assert heat.edges == pytest.approx([1e-5 * 10 ** (4 * n / 7) for n in range(8)])
    assert sum(heat.counts) == 3  # a gradient of 0 has no place on a logarithmic scale


def test_that_a_block_has_the_geometric_mean_of_its_layers_numbers() -> None:
    shown = drawn("resnet34", View(color_by="gradient", measured=MEASURED))
    words = [mark.text for mark in shown.by_id["block:conv2_1"].marks if isinstance(mark, Text)]
    assert "0.0001" in words  # √(1e-5 · 1e-3)
    legend = [mark.text for mark in shown.by_id["legend"].marks if isinstance(mark, Text)]
    assert "Relative gradient per block, |∂L/∂w| / |w|" in legend
    assert MEASURED.origin in legend


def test_that_layers_have_the_colour_of_the_measured_block_around_them() -> None:
    measured = LayerNumbers("deletion", "", (("conv2_1", 0.5), ("conv2_2", 2.0)))
    shown = drawn("resnet34", View(detail="layer", color_by="deletion", measured=measured))
    inside = shown.by_id["call:conv2_1_conv_a"]
    fills = {mark.fill for mark in inside.marks if isinstance(mark, Box) and mark.lod & NEAR}
    assert fills == {"heat1"}
    assert "0.5" not in [mark.text for mark in inside.marks if isinstance(mark, Text)]


def test_that_without_its_numbers_a_quantity_colours_nothing() -> None:
    assert heat_of(document("resnet34"), View(color_by="gradient")) is None
    other = View(color_by="change", measured=MEASURED)
    assert heat_of(document("resnet34"), other) is None


@pytest.mark.parametrize("detail", ["stage", "block", "unit", "layer"])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_that_texts_of_an_experiments_scale_keep_clear(quantity: Quantity, detail: str) -> None:
    blocks = [group.id for group in document("resnet34").structure.blocks]
    calls = [call.id for call in document("resnet34").graph.calls]
    numbers = tuple((name, 1.1e-9 * 1.5**n) for n, name in enumerate((*blocks, *calls)))
    measured = LayerNumbers(quantity, "training on digits, after 200 steps, seed 0, CPU", numbers)
    view: Any = {"detail": detail, "color_by": quantity, "measured": measured}
    shown = drawn("resnet34", View(**view))
    assert shown.color_key is not None
    keep_clear(shown.by_id["legend"])
    keep_clear(shown.color_key)
