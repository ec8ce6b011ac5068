"""Every formula comes to the number that it explains, for calls, groups, shortcuts and the model.

The texts are reckoned by ``tests.support.graphs.formula_text``, which knows nothing of how they
are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.memory import memory_of
from resnet_viz.analysis.costs.types import Memory, Numbers
from resnet_viz.analysis.explain.explanations import (
    Explanation,
    explain_call,
    explain_group,
    explain_shortcut,
    explain_tensor,
    explain_totals,
)
from resnet_viz.analysis.explain.sum_formula import sum_text
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.formula_text import equations, number, terms, value
from tests.support.graphs.net import Net
from tests.support.graphs.random_nets import random_net
from tests.support.graphs.shipped import shipped

NETS = {
    "resnet34": lambda: shipped("resnet34"),
    "resnet50": lambda: shipped("resnet50"),
    "tutorial": lambda: shipped("tutorial_resnet34"),
    "mobilenet": nets.mobilenet_v2,
    "transformer": lambda: nets.transformer(2),
    "inception": nets.inception,
    "unet": lambda: nets.unet(3),
    "densenet": nets.densenet121,
    "convnext": nets.convnext,
    "open sizes": lambda: nets.edsr(2),
}
ROUNDED = {"intensity": Fraction(1, 200)}


def explained(structure: Structure, numbers: Numbers, memory: Memory) -> Iterator[Explanation]:
    graph = structure.graph
    for call in graph.calls:
        yield from explain_call(structure, numbers, call.id, memory)
        for place in range(len(call.outputs)):
            yield from explain_tensor(graph, TensorRef(call.id, place), memory)
    for group in structure.groups:
        yield from explain_group(structure, numbers, group.id, memory)
    for shortcut in structure.shortcuts:
        yield from explain_shortcut(structure, numbers, shortcut, memory)
    yield from explain_totals(structure, numbers, memory)


def check(one: Explanation) -> None:
    """The formula comes to the value; where there is none, words say why."""
    if not one.formula:
        assert one.note, one
        return
    assert not [left for left, right in equations(one.formula) if left == right], one
    assert one.value not in ("–", "·"), one
    found = equations(one.formula)
    if one.name == "macs_share":
        check_share(one)
        return
    for left, right in found:
        assert abs(value(left) - number(right)) <= ROUNDED.get(one.name, 0), one
    # The steps of a size are not those of one axis; a jump's fraction is rounded in its value.
    if one.name not in {"output_size", "jump"}:
        shown = one.value.removeprefix("≥ ").split("×")
        results = [right for _, right in found]
        assert [number(text) for text in results] in (
            [number(text) for text in shown], [number(text) for text in shown[:1]],
        ), one  # fmt: skip
        assert len(results) == len(shown) or len(set(shown)) == 1


def check_share(one: Explanation) -> None:
    [(left, right)] = equations(one.formula)
    share = 100 * value(left)
    if one.value.startswith(("< ", "> ")):  # then the formula has two digits of the distance
        distance = min(share, 100 - share)
        assert distance < Fraction("0.1")
        assert abs(share - number(right)) <= distance / 20
    else:
        assert abs(share - number(right)) <= Fraction("0.05")


def check_all(graph: Graph, batch: int = 1, dtype: str | None = None) -> None:
    structure = structure_of(graph)
    numbers = numbers_of(structure)
    memory = memory_of(structure, numbers, batch=batch, dtype=dtype)
    for one in explained(structure, numbers, memory):
        check(one)


@pytest.mark.parametrize("name", NETS)
def test_that_every_formula_comes_to_its_number(name: str) -> None:
    check_all(NETS[name]())


@pytest.mark.parametrize("name", ["resnet34", "transformer"])
def test_that_formulas_follow_batch_and_dtype(name: str) -> None:
    check_all(NETS[name](), batch=32, dtype="float16")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_that_formulas_of_random_models_come_to_their_numbers(seed: int, size: int) -> None:
    check_all(random_net(seed, size))


@cache
def of(name: str) -> tuple[Structure, Numbers]:
    structure = structure_of(NETS[name]())
    return structure, numbers_of(structure)


def by_name(found: Sequence[Explanation]) -> dict[str, Explanation]:
    return {one.name: one for one in found}


@pytest.mark.parametrize("name", ["resnet34", "mobilenet", "transformer", "densenet"])
def test_that_sums_have_the_numbers_of_their_layers_as_terms(name: str) -> None:
    structure, numbers = of(name)
    for group in structure.groups:
        found = by_name(explain_group(structure, numbers, group.id))
        calls = [numbers.calls[call] for call in group.calls]
        held = [numbers.memory.calls[call] for call in group.calls]
        for key, counts in (
            ("output_elements", [call.output_elements for call in calls]),
            ("other_ops", [call.other_ops for call in calls]),
            ("output_bytes", [one.output_bytes for one in held]),
            ("kept_bytes", [one.kept_bytes for one in held]),
        ):
            left = found[key].formula.partition(" = ")[0]
            if "·" in left or "others" in left or not left:  # one call's own formula, or cut short
                continue
            assert Counter(terms(left)) == Counter(count for count in counts if count)


def test_that_a_long_sum_names_its_largest_parts_and_counts_the_others() -> None:
    many = [9_000, *range(1, 21), 9_000, 500]
    text = sum_text(many)
    assert text.startswith("2 × 9,000 + ")
    assert text.endswith("(15 others)")
    assert value(text) == sum(many)
    assert sum_text([5, 0, 5]) == "5 + 5"
    assert sum_text([64] * 9 + [32]) == "9 × 64 + 32"
    assert sum_text([]) == "0"


def test_that_resnet34s_numbers_open_to_their_parts() -> None:
    structure, numbers = of("resnet34")
    whole = by_name(explain_totals(structure, numbers))
    # 1 + 32 convolutions (three of them with stride 2), 3 projections and the dense layer
    assert whole["macs"].formula == (
        "118,013,952 + 29 × 115,605,504 + 3 × 57,802,752 + 3 × 6,422,528 + 512,000 = 3,663,761,408"
    )
    assert whole["peak_bytes"].note == "at conv1_bn"
    both = 112 * 112 * 64 * 4
    assert whole["peak_bytes"].formula == (
        f"inputs {both:,} + outputs {both:,} + waiting 0 B = {2 * both:,} B"
    )
    stage = by_name(explain_group(structure, numbers, "conv4_x"))
    assert stage["receptive_field"].formula == "179 + 2·8 + 11 × 2·16 = 547"
    assert stage["jump"].formula == "8·2 = 16"
    assert stage["macs_share"].formula == "1,335,885,824 of 3,663,761,408 = 36.5 %"
    assert stage["output_size"].formula == "⌈28 / 2⌉ = 14"
    assert stage["weight_bytes"].formula == "6,829,056·4 B = 27,316,224 B"
    block = by_name(explain_group(structure, numbers, "conv3_1"))
    assert block["macs"].formula == "28·28·(73,728 + 147,456 + 8,192) = 179,830,784"
    assert block["field_start"].formula == "−26 − 1·8 = −34"


def test_that_in_a_chain_nothing_is_said_of_branches() -> None:
    structure, numbers = of("resnet34")
    found = by_name(explain_call(structure, numbers, "conv1_bn"))
    assert (found["receptive_field"].value, found["receptive_field"].note) == (
        "7×7", "as at its input",
    )  # fmt: skip
    assert found["kept_bytes"].formula == "112·112·64·4 B = 3,211,264 B"
    assert by_name(explain_group(structure, numbers, "head"))["receptive_field"].note == (
        "from the head on there is none"
    )


def test_that_an_identity_has_no_numbers_of_its_own() -> None:
    structure, numbers = of("resnet34")
    identity = structure.shortcuts_by_block["conv3_2"][0]
    assert explain_shortcut(structure, numbers, identity) == ()


def test_that_views_are_said_to_share_memory() -> None:
    net = Net()
    x = net.relu(net.input(4, 4, 8))
    y = net.reshape(x, 16, 8)
    graph = net.graph(net.add(y, net.dense(y, 8)))
    structure = structure_of(graph)
    numbers = numbers_of(structure)
    found = by_name(explain_call(structure, numbers, y.call))
    assert found["kept_bytes"].note == "a view of its input, which is kept already"
    size = 4 * 4 * 8 * 4
    assert found["live_bytes"].formula == f"inputs {size} + waiting 0 B = {size} B"
    check_all(graph)


def test_that_what_is_unknown_says_why() -> None:
    net = Net()
    x = net.conv(net.input(None, None, 3), 8)
    x = net.call("Halve", x, shape=(None, None, None, 8), module="mine")
    x = net.call("Mystery", x, shape=(None, 4, 4, 8))
    structure = structure_of(net.graph(x))
    numbers = numbers_of(structure)
    conv, halve, mystery = structure.graph.calls[1:]
    found = by_name(explain_call(structure, numbers, conv.id))
    assert found["macs"].note == "its input has an open size: ?×?×3"
    assert found["output_bytes"].note == "its input has an open size: ?×?×3"
    found = by_name(explain_call(structure, numbers, halve.id))
    assert found["parameters"].note == "no rule for Halve, which is not Keras's own"
    assert by_name(explain_call(structure, numbers, mystery.id))["macs"].note == (
        "no rule for Mystery"
    )
    whole = by_name(explain_totals(structure, numbers))["parameters"]
    assert whole.value == f"≥ {3 * 3 * 3 * 8 + 8:,}"
    assert whole.note == (
        f"without {halve.id} (no rule for Halve, which is not Keras's own), {mystery.id}"
    )


def told_of(graph: Graph, call: str) -> dict[str, Explanation]:
    structure = structure_of(graph)
    return by_name(explain_call(structure, numbers_of(structure), call))


def test_that_no_formula_repeats_its_result() -> None:
    net = Net()
    x = net.dense(net.input(7), 3)
    found = told_of(net.graph(x), x.call)
    values = found["output_elements"]
    assert (values.formula, values.value, values.note) == ("", "3", "a vector")
    assert found["other_ops"].formula == "1·3 = 3"  # a bias for each of them


def test_that_an_open_size_is_said_to_be_open() -> None:
    net = Net()
    x = net.conv(net.input(None, None, 3), 8, 3, 2)
    assert told_of(net.graph(x), x.call)["output_size"].note == "a size is open"


def test_that_tokens_keep_their_positions() -> None:
    net = Net()
    x = net.call("Embedding", net.input(64), shape=(None, 64, 16), input_dim=9, output_dim=16)
    found = told_of(net.graph(x), x.call)["output_size"]
    assert (found.value, found.note) == ("64", "a position for each token")


def test_that_an_axis_without_a_stride_is_said_as_such() -> None:
    net = Net()
    x = net.conv(net.input(33, 65, 3), 8, 3, (2, 1))
    assert told_of(net.graph(x), x.call)["output_size"].formula == "⌈33 / 2⌉ = 17, ⌈65 / 1⌉ = 65"


def test_that_resizing_tells_its_jump_exactly() -> None:
    net = Net()
    x = net.conv(net.input(68, 260, 3), 6, 3, 2)
    y = net.call("Resizing", x, shape=(None, 20, 30, 6), height=20, width=30,
                 interpolation="bilinear")  # fmt: skip
    z = net.avg_pool(y, 3)
    structure = structure_of(net.graph(z))
    numbers = numbers_of(structure)
    found = by_name(explain_call(structure, numbers, y.call))["jump"]
    assert (found.value, found.formula) == ("3.4×8.667", "2·17/10 = 3.4, 2·13/3 = 26/3")
    found = by_name(explain_call(structure, numbers, z.call))["jump"]
    assert (found.value, found.formula) == ("10.2×26", "3.4·3 = 10.2, 26/3·3 = 26")


def test_that_a_small_share_and_a_small_intensity_are_no_zero() -> None:
    structure, numbers = of("resnet34")
    share = by_name(explain_group(structure, numbers, "head"))["macs_share"]
    assert (share.value, share.formula) == (
        "< 0.1 %", "512,000 of 3,663,761,408 = 0.014 %",
    )  # fmt: skip
    net = Net()
    x = net.conv(net.gap(net.input(64, 64, 8), keepdims=True), 2, 1)
    structure = structure_of(net.graph(x))
    found = by_name(explain_totals(structure, numbers_of(structure)))["intensity"]
    moved = 4 * (8 * 2 + 2 + (64 * 64 * 8 + 8) + (64 * 64 * 8 + 8 + 2))  # weights, in, out
    assert 16 / moved == pytest.approx(0.000061, abs=1e-7)
    assert found.value == "0.000061"
    assert found.formula.endswith(" = 0.000061")


def test_that_ways_over_everything_are_said_to_be_left_out() -> None:
    structure, numbers = of("transformer")
    call = next(one for one in structure.graph.calls if one.type == "MultiHeadAttention")
    found = by_name(explain_call(structure, numbers, call.id))["receptive_field"]
    assert found.note == "as at its input; global ways are left out"
