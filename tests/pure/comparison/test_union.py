"""Union of two models: sound, with the calls and tensors of both, each told apart."""

from __future__ import annotations

from hypothesis import given, settings

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.comparison.compare import compare
from resnet_viz.comparison.statuses import (
    Statuses,
    statuses_of_a,
    statuses_of_b,
    statuses_of_union,
)
from resnet_viz.comparison.types import Comparison
from resnet_viz.comparison.union import ComparisonUnion, union_of
from resnet_viz.graph.integrity import fault_of
from resnet_viz.graph.ops import MERGING
from resnet_viz.graph.types import Graph, TensorRef
from tests.pure.comparison.test_properties import document, recipes
from tests.support.graphs.net import Net
from tests.support.graphs.random_nets import random_net
from tests.support.reports import builtin_document

RESIDUAL = compare(
    builtin_document("resnet34", "ResNet-34"), builtin_document("plain34", "Plain-34")
)


def reach(graph: Graph, kept: dict[str, str]) -> set[tuple[str, str]]:
    """Pairs of calls of a graph of which one leads to the other, in the names of a union."""
    before: dict[str, set[str]] = {}
    for call in graph.calls:
        before[call.id] = set()
        for ref in call.inputs:
            before[call.id] |= {ref.call} | before[ref.call]
    return {(kept[one], kept[call]) for call, all_ in before.items() for one in all_}


@settings(max_examples=40)
@given(recipes, recipes)
def test_that_a_union_is_sound_and_holds_the_calls_of_both(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    comparison = compare(document(random_net(*one)), document(random_net(*other)))
    union = union_of(comparison)
    graph = union.document.graph
    assert fault_of(graph) is None
    names = {*union.from_a.values(), *union.from_b.values()}
    assert names | union.meetings.keys() == set(graph.by_id)
    for call in comparison.b.graph.calls:  # no layer seems to take the tensors of both models
        if call.keras_class not in MERGING and call.inputs:
            assert len(graph.by_id[call.id].inputs) == 1
    assert len(set(union.from_a.values())) == len(comparison.a.graph.calls)
    for call in comparison.b.graph.calls:
        drawn = graph.by_id[union.from_b[call.id]]
        assert (drawn.type, drawn.config, drawn.outputs) == (call.type, call.config, call.outputs)
    # a way through the calls of one model is a way through the union
    assert reach(comparison.a.graph, union.from_a) <= reach(graph, {n: n for n in graph.by_id})


@settings(max_examples=40)
@given(recipes, recipes)
def test_that_calls_of_one_model_alone_are_marked_and_no_others(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    comparison = compare(document(random_net(*one)), document(random_net(*other)))
    union = union_of(comparison)
    statuses = statuses_of_union(comparison, union)
    marked = {name: statuses.calls.get(name) for name in union.document.graph.by_id}
    counts = comparison.counts
    found = list(marked.values())
    assert found.count("moved") == len(union.apart)
    assert found.count("removed") == counts.removed
    assert found.count("added") == counts.added
    apart = sum(pair.b in union.apart for pair in comparison.pairs if pair.fields)
    assert found.count("changed") == counts.changed - apart


@settings(max_examples=20)
@given(recipes)
def test_that_the_union_of_a_model_with_itself_is_that_model(recipe: tuple[int, int]) -> None:
    model = document(random_net(*recipe))
    comparison = compare(model, model)
    union = union_of(comparison)
    assert {c.id: c.inputs for c in union.document.graph.calls} == {
        call.id: call.inputs for call in model.graph.calls
    }
    assert statuses_of_union(comparison, union) == Statuses({}, {}, {}, {})
    assert statuses_of_a(comparison) == statuses_of_b(comparison) == Statuses({}, {}, {}, {})


def test_that_resnet_34_and_plain_34_are_resnet_34_with_16_shortcuts_removed() -> None:
    union = union_of(RESIDUAL)
    structure, statuses = union.document.structure, statuses_of_union(RESIDUAL, union)
    assert [structure.by_id[stage].title for stage in structure.stages] == [
        "conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "head",
    ]  # fmt: skip
    assert len(structure.shortcuts) == 16
    assert set(statuses.shortcuts) == {shortcut.id for shortcut in structure.shortcuts}
    assert set(statuses.shortcuts.values()) == {"removed"}
    assert len(statuses.calls) == 22
    assert set(statuses.calls.values()) == {"removed"}
    assert statuses.uses == {}
    # numbers of groups are those of plain-34: 1.33 G MACs in conv4_x, in ResNet-34 6.4 M more
    numbers = union.document.numbers.groups["conv4_x"]
    plain = RESIDUAL.b.numbers
    stage = next(s for s in RESIDUAL.b.structure.stages if "conv4_1_conv_a" in calls_of(s))
    assert (numbers.macs, numbers.parameters) == (
        plain.groups[stage].macs,
        plain.groups[stage].parameters,
    )


def calls_of(stage: str) -> tuple[str, ...]:
    structure: Structure = RESIDUAL.b.structure
    return tuple(structure.by_id[stage].calls)


def test_that_one_layer_in_place_of_another_stands_beside_it() -> None:
    def net(kind: str) -> Graph:
        made = Net("net")
        x = made.dense(made.input(8), 8)
        y = made.call(kind, x, shape=(None, 8), name="middle")
        return made.graph(made.dense(y, 4))

    comparison = compare(document(net("LayerNormalization")), document(net("Dropout")))
    union, statuses = united(comparison)
    graph = union.document.graph
    assert statuses.calls == {"middle′": "removed", "middle": "added"}
    (meeting,) = union.meetings
    assert graph.by_id["dense_1"].inputs == (TensorRef(meeting),)
    assert graph.by_id[meeting].inputs == (TensorRef("middle"), TensorRef("middle′"))
    assert union.document.numbers.calls[meeting].parameters == 0


def test_that_a_moved_call_stands_at_both_places() -> None:
    def net(*kinds: str) -> Graph:
        made = Net("net")
        x = made.dense(made.input(8), 8)
        for kind in kinds:
            x = made.call(kind, x, shape=(None, 8))
        return made.graph(made.dense(x, 4))

    union, statuses = united(
        compare(
            document(net("ReLU", "Dropout", "LayerNormalization")),
            document(net("Dropout", "LayerNormalization", "ReLU")),
        )
    )
    assert statuses.calls == {"relu_0": "moved", "relu_0′": "moved"}
    assert fault_of(union.document.graph) is None


def test_that_another_wiring_is_a_tensor_added_and_one_removed() -> None:
    def net(*, late: bool) -> Graph:
        made = Net("net")
        x = made.dense(made.input(8), 8)
        y = made.relu(made.dense(x, 8))
        z = made.dense(y, 8)
        return made.graph(made.call("Add", z, y if late else x, shape=(None, 8)))

    _, statuses = united(compare(document(net(late=False)), document(net(late=True))))
    assert statuses.uses == {
        (TensorRef("dense_0"), "add_0"): "removed",
        (TensorRef("relu_0"), "add_0"): "added",
    }


def united(comparison: Comparison) -> tuple[ComparisonUnion, Statuses]:
    union = union_of(comparison)
    return union, statuses_of_union(comparison, union)


def test_that_a_nested_model_stays_one_and_holds_what_it_lost() -> None:
    def net(*, deep: bool) -> Graph:
        made = Net("net")

        def inner(x: TensorRef) -> TensorRef:
            y = made.relu(made.dense(x, 8))
            return made.dense(made.relu(made.dense(y, 8)) if deep else y, 8)

        return made.graph(made.dense(made.nested("body", inner, made.input(8)), 4))

    union, statuses = united(compare(document(net(deep=True)), document(net(deep=False))))
    graph = union.document.graph
    assert [scope.id for scope in graph.scopes] == ["body"]
    removed = [name for name, status in statuses.calls.items() if status == "removed"]
    assert len(removed) == 2
    assert {graph.by_id[name].scope for name in removed} == {"body"}
