"""Properties of comparisons on random models."""

from __future__ import annotations

from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from resnet_viz.comparison.alignment import ADJACENT, align
from resnet_viz.comparison.compare import compare
from resnet_viz.comparison.snapshot import snapshot_text
from resnet_viz.comparison.traits import architecture_traits
from resnet_viz.comparison.types import Comparison
from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph, LayerCall, TensorRef
from resnet_viz.reading.container.json_decode import decode_json
from resnet_viz.reading.snapshot import snapshot_graph
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import renamed, reordered
from tests.support.graphs.random_nets import random_net

recipes = st.tuples(st.integers(0, 10_000), st.integers(3, 25))


def document(graph: Graph) -> Document:
    return make_document(ModelFile("model.keras"), graph.name, graph)


def disguised(graph: Graph, seed: int) -> Graph:
    """The model with other names, its calls in another order."""
    random = Random(seed)
    layers = list(dict.fromkeys(call.layer for call in graph.calls))
    names = [f"layer_{number}" for number in random.sample(range(1_000), len(layers))]
    return reordered(renamed(graph, names), [random.random() for _ in graph.calls])


@settings(max_examples=30)
@given(recipes, st.integers(0, 1_000))
def test_that_a_renamed_and_shuffled_model_is_the_same_architecture(
    recipe: tuple[int, int], seed: int
) -> None:
    graph = random_net(*recipe)
    assert compare(document(graph), document(disguised(graph, seed))).equal


@settings(max_examples=30)
@given(recipes)
def test_that_a_snapshot_is_the_same_architecture_after_reading(recipe: tuple[int, int]) -> None:
    original = document(random_net(*recipe))
    text = snapshot_text(original)
    again = document(snapshot_graph(decode_json(text.encode())))
    assert compare(original, again).equal
    assert again.numbers.totals == original.numbers.totals
    assert snapshot_text(again) == text


@settings(max_examples=30)
@given(recipes, recipes)
def test_that_exchanging_the_models_mirrors_the_comparison(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    a, b = document(random_net(*one)), document(random_net(*other))
    forward, back = compare(a, b), compare(b, a)
    assert {(pair.a, pair.b) for pair in forward.pairs} == {(p.b, p.a) for p in back.pairs}
    counts, mirrored = forward.counts, back.counts
    assert (counts.added, counts.removed) == (mirrored.removed, mirrored.added)
    assert (counts.changed, counts.moved, counts.consequences) == (
        mirrored.changed,
        mirrored.moved,
        mirrored.consequences,
    )


@settings(max_examples=30)
@given(recipes, recipes)
def test_that_the_differences_applied_to_a_give_b(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    comparison = compare(document(random_net(*one)), document(random_net(*other)))
    assert rebuilt(comparison) == described(comparison.b)
    added = {call for d in comparison.differences if d.change == "added" for call in d.calls}
    paired = {pair.b for pair in comparison.pairs}
    assert added | paired == set(comparison.b.graph.by_id)
    assert not added & paired


def described(of: Document) -> dict[str, tuple[object, ...]]:
    """Class, settings, inputs and outputs of each call."""
    traits = architecture_traits(of).calls
    return {
        name: (each.call.type, each.settings, each.call.inputs, each.call.outputs)
        for name, each in traits.items()
    }


NO_SETTINGS = {
    "class", "inputs", "model_output", "shares_weights",
    "input_shapes", "output_shapes", "output_dtypes",
}  # fmt: skip
"""Fields of pairs that are no settings."""


def rebuilt(comparison: Comparison) -> dict[str, tuple[object, ...]]:
    """Calls of b from those of a and the differences; added ones as they are in b."""
    before, after = architecture_traits(comparison.a).calls, architecture_traits(comparison.b).calls
    partner = {pair.a: pair.b for pair in comparison.pairs}
    calls = described(comparison.b)
    for pair in comparison.pairs:
        each, target = before[pair.a], after[pair.b]
        differing = {**pair.fields, **pair.consequences}
        changed_settings = {
            name: value for name, (_, value) in pair.fields.items() if name not in NO_SETTINGS
        }
        mapped = tuple(TensorRef(partner.get(ref.call, ""), ref.output) for ref in each.call.inputs)
        commutes = each.is_commutative and sorted(mapped) == sorted(target.call.inputs)
        same_wiring = "inputs" in differing or commutes
        same_outputs = differing.keys() & {"output_shapes", "output_dtypes"}
        calls[pair.b] = (
            pair.fields["class"][1] if "class" in pair.fields else each.call.type,
            {k: v for k, v in {**each.settings, **changed_settings}.items() if v is not None},
            target.call.inputs if same_wiring else mapped,
            target.call.outputs if same_outputs else each.call.outputs,
        )
    return calls


@settings(max_examples=30)
@given(recipes, st.randoms(use_true_random=False))
def test_that_a_single_edit_is_a_single_difference(recipe: tuple[int, int], random: Random) -> None:
    graph = random_net(*recipe)
    single = [call for call in graph.calls if is_removable(graph, call)]
    if not single:
        return
    call = random.choice(single)
    edited = without(graph, call) if random.random() < 0.5 else changed(graph, call)
    counts = compare(document(graph), document(edited)).counts
    assert counts.changed + counts.added + counts.removed + counts.moved == 1


def is_removable(graph: Graph, call: LayerCall) -> bool:
    """True for a call of a layer used once, outside submodels, that keeps its input's shape."""
    return (
        call.type in {"BatchNormalization", "ReLU", "Dropout"}
        and not call.scope
        and not graph.scopes
        and sum(other.layer == call.layer for other in graph.calls) == 1
    )


def without(graph: Graph, gone: LayerCall) -> Graph:
    """The model with the call's input in place of its output."""

    def moved(refs: tuple[TensorRef, ...]) -> tuple[TensorRef, ...]:
        return tuple(gone.inputs[0] if ref.call == gone.id else ref for ref in refs)

    calls = tuple(
        replace(call, inputs=moved(call.inputs)) for call in graph.calls if call.id != gone.id
    )
    return replace(graph, calls=calls, outputs=moved(graph.outputs))


def changed(graph: Graph, target: LayerCall) -> Graph:
    """The model with another setting of one call."""
    calls = tuple(
        replace(call, config={**call.config, "noted": 1}) if call.id == target.id else call
        for call in graph.calls
    )
    return replace(graph, calls=calls)


letters = st.lists(st.sampled_from("abc"), max_size=6)
SCORES = {("a", "a"): 5, ("b", "b"): 3, ("c", "c"): 2, ("a", "b"): 1}


def score(one: str, other: str) -> int:
    return SCORES.get((one, other), SCORES.get((other, one), 0))


@settings(max_examples=60)
@given(letters, letters)
def test_that_an_alignment_is_as_good_as_the_best_of_all(left: list[str], right: list[str]) -> None:
    def worth(pairs: list[tuple[int, int]]) -> int:
        near = sum((i + 1, j + 1) in set(pairs) for i, j in pairs)
        return sum(score(left[i], right[j]) for i, j in pairs) + ADJACENT * near

    best = max(
        worth(list(zip(rows, columns, strict=True)))
        for size in range(min(len(left), len(right)) + 1)
        for rows in combinations(range(len(left)), size)
        for columns in combinations(range(len(right)), size)
        if all(score(left[i], right[j]) > 0 for i, j in zip(rows, columns, strict=True))
    )
    assert worth(align(left, right, score)) == best


def test_that_a_long_alignment_finds_a_gap_in_its_band() -> None:
    left = list(range(1_000))  # the table would have a million cells
    right = [*left[:400], *left[440:]]
    pairs = align(left, right, lambda one, other: 5 * (one == other))
    assert pairs == [(index, index) for index in range(400)] + [
        (index, index - 40) for index in range(440, 1_000)
    ]
