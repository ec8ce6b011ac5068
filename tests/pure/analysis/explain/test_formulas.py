"""Every formula evaluates to the number that it explains, for calls, groups and the model.

The texts are evaluated by ``tests.support.graphs.formula_text``, which is independent of the code
that writes them.
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
from resnet_viz.analysis.costs.memory.memory import memory_of
from resnet_viz.analysis.costs.types import Memory, Numbers
from resnet_viz.analysis.explain.explanation import Explanation
from resnet_viz.analysis.explain.explanations import (
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

pytestmark = pytest.mark.long

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


def all_explanations(
    structure: Structure, numbers: Numbers, memory: Memory
) -> Iterator[Explanation]:
    graph = structure.graph
    for call in graph.calls:
        yield from explain_call(structure, numbers, call.id, memory)
        for output in range(len(call.outputs)):
            yield from explain_tensor(graph, TensorRef(call.id, output), memory)
    for group in structure.groups:
        yield from explain_group(structure, numbers, group.id, memory)
    for shortcut in structure.shortcuts:
        yield from explain_shortcut(structure, numbers, shortcut, memory)
    yield from explain_totals(structure, numbers, memory)


def check(explanation: Explanation) -> None:
    """Check that the formula evaluates to the value, and that a note says why there is none."""
    if not explanation.formula:
        assert explanation.note, explanation
        return
    sides = equations(explanation.formula)
    assert not [left for left, right in sides if left == right], explanation
    assert explanation.value not in ("–", "·"), explanation
    if explanation.name == "macs_share":
        check_share(explanation)
        return
    for left, right in sides:
        error = abs(value(left) - number(right))
        assert error <= ROUNDED.get(explanation.name, 0), explanation
    # The steps of a size are not those of one axis; a jump's fraction is rounded in its value.
    if explanation.name not in {"output_size", "jump"}:
        shown = [number(text) for text in explanation.value.removeprefix("≥ ").split("×")]
        results = [number(right) for _, right in sides]
        assert results in (shown, shown[:1]), explanation
        assert len(results) == len(shown) or len(set(shown)) == 1


def check_share(explanation: Explanation) -> None:
    [(left, right)] = equations(explanation.formula)
    share = 100 * value(left)
    if explanation.value.startswith(
        ("< ", "> ")
    ):  # then the formula has two digits of the distance
        distance = min(share, 100 - share)
        assert distance < Fraction("0.1")
        assert abs(share - number(right)) <= distance / 20
    else:
        assert abs(share - number(right)) <= Fraction("0.05")


def check_all(graph: Graph, batch: int = 1, dtype: str | None = None) -> None:
    structure = structure_of(graph)
    numbers = numbers_of(structure)
    memory = memory_of(structure, numbers, batch=batch, dtype=dtype)
    for explanation in all_explanations(structure, numbers, memory):
        check(explanation)


@pytest.mark.parametrize("name", NETS)
def test_that_every_formula_evaluates_to_its_number(name: str) -> None:
    check_all(NETS[name]())


@pytest.mark.parametrize("name", ["resnet34", "transformer"])
def test_that_formulas_follow_batch_and_dtype(name: str) -> None:
    check_all(NETS[name](), batch=32, dtype="float16")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_that_formulas_of_random_models_evaluate_to_their_numbers(seed: int, size: int) -> None:
    check_all(random_net(seed, size))


@cache
def analysed(name: str) -> tuple[Structure, Numbers]:
    structure = structure_of(NETS[name]())
    return structure, numbers_of(structure)


def by_name(explanations: Sequence[Explanation]) -> dict[str, Explanation]:
    return {explanation.name: explanation for explanation in explanations}


def explained_call(graph: Graph, call: str) -> dict[str, Explanation]:
    structure = structure_of(graph)
    return by_name(explain_call(structure, numbers_of(structure), call))


@pytest.mark.parametrize("name", ["resnet34", "mobilenet", "transformer", "densenet"])
def test_that_terms_of_sums_are_the_numbers_of_the_layers(name: str) -> None:
    structure, numbers = analysed(name)
    for group in structure.groups:
        explanations = by_name(explain_group(structure, numbers, group.id))
        calls = [numbers.calls[call] for call in group.calls]
        held = [numbers.memory.calls[call] for call in group.calls]
        for key, counts in (
            ("output_elements", [call.output_elements for call in calls]),
            ("other_ops", [call.other_ops for call in calls]),
            ("output_bytes", [size.output_bytes for size in held]),
            ("kept_bytes", [size.kept_bytes for size in held]),
        ):
            left = explanations[key].formula.partition(" = ")[0]
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


def test_that_formulas_of_resnet34_name_their_parts() -> None:
    structure, numbers = analysed("resnet34")
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


def test_that_formulas_in_a_chain_do_not_mention_branches() -> None:
    structure, numbers = analysed("resnet34")
    explanations = by_name(explain_call(structure, numbers, "conv1_bn"))
    field = explanations["receptive_field"]
    assert (field.value, field.note) == ("7×7", "same as at its input")
    assert explanations["kept_bytes"].formula == "112·112·64·4 B = 3,211,264 B"
    assert by_name(explain_group(structure, numbers, "head"))["receptive_field"].note == (
        "from the first global pooling or flatten on there is none"
    )


def test_that_an_identity_shortcut_has_no_numbers() -> None:
    structure, numbers = analysed("resnet34")
    identity = structure.shortcuts_by_block["conv3_2"][0]
    assert explain_shortcut(structure, numbers, identity) == ()


def test_that_views_share_the_memory_of_their_input() -> None:
    net = Net()
    x = net.relu(net.input(4, 4, 8))
    y = net.reshape(x, 16, 8)
    graph = net.graph(net.add(y, net.dense(y, 8)))
    explanations = explained_call(graph, y.call)
    assert explanations["kept_bytes"].note == "a view of its input, which is already kept"
    size = 4 * 4 * 8 * 4
    assert explanations["live_bytes"].formula == f"inputs {size} + waiting 0 B = {size} B"
    check_all(graph)


def test_that_unknown_numbers_have_a_reason() -> None:
    net = Net()
    x = net.conv(net.input(None, None, 3), 8)
    x = net.call("Halve", x, shape=(None, None, None, 8), module="mine")
    x = net.call("Mystery", x, shape=(None, 4, 4, 8))
    structure = structure_of(net.graph(x))
    numbers = numbers_of(structure)
    conv, halve, mystery = structure.graph.calls[1:]
    explanations = by_name(explain_call(structure, numbers, conv.id))
    assert explanations["macs"].note == "its input has an open size: ?×?×3"
    assert explanations["output_bytes"].note == "its input has an open size: ?×?×3"
    explanations = by_name(explain_call(structure, numbers, halve.id))
    assert explanations["parameters"].note == "no rule for Halve, which is not a Keras class"
    assert by_name(explain_call(structure, numbers, mystery.id))["macs"].note == (
        "no rule for Mystery"
    )
    whole = by_name(explain_totals(structure, numbers))["parameters"]
    assert whole.value == f"≥ {3 * 3 * 3 * 8 + 8:,}"
    assert whole.note == (
        f"without {halve.id} (no rule for Halve, which is not a Keras class), {mystery.id}"
    )


def test_that_no_formula_repeats_its_result() -> None:
    net = Net()
    x = net.dense(net.input(7), 3)
    explanations = explained_call(net.graph(x), x.call)
    values = explanations["output_elements"]
    assert (values.formula, values.value, values.note) == ("", "3", "a vector")
    assert explanations["other_ops"].formula == "1·3 = 3"  # a bias for each of them


def test_that_an_open_size_is_the_reason_for_no_formula() -> None:
    net = Net()
    x = net.conv(net.input(None, None, 3), 8, 3, 2)
    assert explained_call(net.graph(x), x.call)["output_size"].note == "a size is open"


def test_that_tokens_keep_their_positions() -> None:
    net = Net()
    x = net.call("Embedding", net.input(64), shape=(None, 64, 16), input_dim=9, output_dim=16)
    explanation = explained_call(net.graph(x), x.call)["output_size"]
    assert (explanation.value, explanation.note) == ("64", "one position per token")


def test_that_each_axis_has_its_own_formula_if_strides_differ() -> None:
    net = Net()
    x = net.conv(net.input(33, 65, 3), 8, 3, (2, 1))
    size = explained_call(net.graph(x), x.call)["output_size"]
    assert size.formula == "⌈33 / 2⌉ = 17, ⌈65 / 1⌉ = 65"


def test_that_jumps_after_resizing_are_exact_fractions() -> None:
    net = Net()
    x = net.conv(net.input(68, 260, 3), 6, 3, 2)
    y = net.call("Resizing", x, shape=(None, 20, 30, 6), height=20, width=30,
                 interpolation="bilinear")  # fmt: skip
    z = net.avg_pool(y, 3)
    graph = net.graph(z)
    jump = explained_call(graph, y.call)["jump"]
    assert (jump.value, jump.formula) == ("3.4×8.667", "2·17/10 = 3.4, 2·13/3 = 26/3")
    jump = explained_call(graph, z.call)["jump"]
    assert (jump.value, jump.formula) == ("10.2×26", "3.4·3 = 10.2, 26/3·3 = 26")


def test_that_a_small_share_and_a_small_intensity_do_not_read_zero() -> None:
    structure, numbers = analysed("resnet34")
    share = by_name(explain_group(structure, numbers, "head"))["macs_share"]
    assert (share.value, share.formula) == ("< 0.1 %", "512,000 of 3,663,761,408 = 0.014 %")
    net = Net()
    x = net.conv(net.gap(net.input(64, 64, 8), keepdims=True), 2, 1)
    structure = structure_of(net.graph(x))
    explanation = by_name(explain_totals(structure, numbers_of(structure)))["intensity"]
    moved = 4 * (8 * 2 + 2 + (64 * 64 * 8 + 8) + (64 * 64 * 8 + 8 + 2))  # weights, in, out
    assert 16 / moved == pytest.approx(0.000061, abs=1e-7)
    assert explanation.value == "0.000061"
    assert explanation.formula.endswith(" = 0.000061")


def test_that_global_paths_are_noted_as_left_out() -> None:
    structure, numbers = analysed("transformer")
    call = next(call for call in structure.graph.calls if call.type == "MultiHeadAttention")
    explanation = by_name(explain_call(structure, numbers, call.id))["receptive_field"]
    assert explanation.note == "same as at its input; global paths are left out"
