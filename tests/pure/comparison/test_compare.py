"""Comparison of architectures whose differences are known from papers or made by hand."""

from __future__ import annotations

from msgspec.structs import replace

from resnet_viz.comparison.compare import compare
from resnet_viz.comparison.types import Comparison, Difference
from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph
from resnet_viz.reports.comparison_json import comparison_values
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.architectures import (
    keras_resnet50,
    resnet,
    resnet_v2,
    transformer,
    vgg16,
)
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped


def document(graph: Graph) -> Document:
    return make_document(ModelFile(f"{graph.name}.keras"), graph.name, graph)


def compared(a: str | Graph, b: str | Graph) -> Comparison:
    graphs = [shipped(each) if isinstance(each, str) else each for each in (a, b)]
    return compare(*(document(graph) for graph in graphs))


def test_that_plain_34_is_resnet_34_without_its_sixteen_shortcuts() -> None:
    comparison = compared("resnet34", "plain34")
    counts = comparison.counts
    assert len(comparison.shortcuts.removed) == 16
    assert not comparison.shortcuts.added
    assert not comparison.shortcuts.changed
    # 16 additions, and a convolution and a normalisation in each of three projections
    assert (counts.removed, counts.added, counts.changed, counts.moved) == (22, 0, 0, 0)
    delta = comparison_values(comparison)["totals_delta"]
    assert (delta["parameters"], delta["trainable_parameters"]) == (-175_616, -173_824)


def test_that_with_option_a_the_shortcuts_have_no_parameters_to_lose() -> None:
    comparison = compared(resnet(34, shortcut="A"), "plain34")
    assert len(comparison.shortcuts.removed) == 16
    delta = comparison_values(comparison)["totals_delta"]
    assert (delta["parameters"], delta["trainable_parameters"]) == (0, 0)


def test_that_resnet_34_and_50_have_the_same_shortcuts_but_for_the_first() -> None:
    comparison = compared("resnet34", "resnet50")
    ((before, after),) = [(pair.a, pair.b) for pair in comparison.shortcuts.changed]
    assert (before.kind, after.kind, after.block) == ("identity", "projection", "conv2_1")
    assert not comparison.shortcuts.added
    assert not comparison.shortcuts.removed
    counts = comparison.counts
    # each block gains a convolution, its normalisation and an activation; conv2_1 a projection
    assert (counts.added, counts.removed, counts.matched) == (16 * 3 + 2, 0, 125)
    delta = comparison_values(comparison)["totals_delta"]
    assert delta["parameters"] == 25_610_152 - 21_814_696
    assert delta["macs"] == 4_089_184_256 - 3_663_761_408


def test_that_the_activation_after_a_removed_addition_is_a_consequence() -> None:
    comparison = compared("resnet34", "plain34")
    pairs = [pair for pair in comparison.pairs if pair.consequences]
    assert {pair.a for pair in pairs} == {
        f"conv{stage}_{block}_relu"
        for stage, blocks in ((2, 3), (3, 4), (4, 6), (5, 3))
        for block in range(1, blocks + 1)
    }


def test_that_the_tutorial_pools_every_shortcut_and_strides_every_unit() -> None:
    comparison = compared("resnet34", "tutorial_resnet34")
    kinds = [(pair.a.kind, pair.b.kind) for pair in comparison.shortcuts.changed]
    assert kinds.count(("identity", "pooled")) == 13
    assert kinds.count(("projection", "pooled")) == 3
    strides = [d for d in comparison.differences if d.fields.get("strides") == ([1, 1], [2, 2])]
    assert len(strides) == 13  # the three first units of conv3_x to conv5_x stride in both
    values = comparison_values(comparison)
    macs = values["a"]["totals"]["macs"], values["b"]["totals"]["macs"]
    assert macs == (3_663_761_408, 224_919_552)
    names = {comparison.b.graph.by_id[pair.b].type for pair in comparison.pairs}
    assert "BatchNormalization" not in names


def test_that_resnet_101_is_resnet_50_with_seventeen_more_blocks() -> None:
    comparison = compared("resnet50", "resnet101")
    added = [each for each in comparison.differences if each.change == "added"]
    assert [(each.level, each.change) for each in comparison.differences] == [
        ("block", "added")
    ] * 17
    assert len({each.b for each in added}) == 17
    assert comparison.counts.removed == comparison.counts.changed == 0


def test_that_the_place_of_the_stride_is_all_that_differs_between_both_kinds_of_resnet_50() -> None:
    comparison = compared(resnet(50, stride_on="1x1"), resnet(50))
    assert comparison.counts.changed == 6  # two convolutions in each of three blocks
    assert {name for each in comparison.differences for name in each.fields} == {"strides"}
    delta = comparison_values(comparison)["totals_delta"]
    assert delta["parameters"] == 0
    assert delta["macs"] == 4_089_184_256 - 3_857_973_248


def test_that_option_c_projects_thirteen_more_shortcuts() -> None:
    comparison = compared(resnet(34), resnet(34, shortcut="C"))
    kinds = {(pair.a.kind, pair.b.kind) for pair in comparison.shortcuts.changed}
    assert (len(comparison.shortcuts.changed), kinds) == (13, {("identity", "projection")})
    assert (comparison.counts.added, comparison.counts.removed) == (26, 0)
    delta = comparison_values(comparison)["totals_delta"]["trainable_parameters"]
    assert delta == 22_716_840 - 21_797_672


def test_that_another_image_size_is_one_change_with_consequences() -> None:
    comparison = compared(resnet(34), resnet(34, size=64))
    assert [each.fields for each in comparison.differences] == [
        {"batch_shape": ([None, 224, 224, 3], [None, 64, 64, 3])}
    ]
    # all but the input itself and the layer after the global pooling, which sees no sizes
    assert comparison.counts.consequences == len(comparison.a.graph.calls) - 2


def test_that_paddings_of_keras_applications_are_told_from_those_of_the_paper() -> None:
    comparison = compared(resnet(50), keras_resnet50())
    added = {comparison.b.graph.by_id[call].type for d in added_by(comparison) for call in d.calls}
    assert added == {"ZeroPadding2D"}
    assert comparison.counts.removed == 0
    assert not comparison.shortcuts.added
    assert not comparison.shortcuts.removed


def test_that_activation_and_normalisation_move_from_v1_to_v2() -> None:
    comparison = compared(resnet(50), resnet_v2(50))
    moved = [pair for pair in comparison.pairs if pair.is_moved]
    assert {comparison.a.graph.by_id[pair.a].type for pair in moved} <= {
        "BatchNormalization",
        "ReLU",
    }
    assert len(moved) >= 16
    joins = sum(pair.a in joins_of(comparison.a) for pair in comparison.pairs)
    assert joins == 16


def test_that_models_with_nothing_in_common_are_said_to_have_nothing_in_common() -> None:
    assert compared(transformer(12), vgg16()).is_unrelated
    assert not compared("resnet34", "tutorial_resnet34").is_unrelated


def added_by(comparison: Comparison) -> list[Difference]:
    return [each for each in comparison.differences if each.change == "added"]


def joins_of(of: Document) -> set[str | None]:
    return {block.join for block in of.structure.blocks}


def chain(*units: int) -> Graph:
    net = Net("chain")
    x = net.input(8)
    for width in units:
        x = net.dense(x, width)
    return net.graph(x)


def test_that_of_two_like_layers_the_one_with_a_lone_user_is_removed() -> None:
    def net(*, whole: bool) -> Graph:
        made = Net("net")
        x = made.dense(made.input(8), 8)
        first = made.relu(x) if whole else x
        second = made.relu(x)
        one, other = made.dense(first, 4), made.dense(second, 6)
        return made.graph(made.call("Concatenate", one, other, shape=(None, 10)))

    comparison = compared(net(whole=True), net(whole=False))
    (difference,) = comparison.differences
    assert (difference.change, difference.a) == ("removed", "relu_0")


def test_that_a_layer_changed_in_the_middle_is_exactly_that_change() -> None:
    comparison = compared(chain(8, 16, 8), chain(8, 32, 8))
    (difference,) = comparison.differences
    assert difference.fields == {"units": (16, 32)}
    assert difference.delta["parameters"] == 8 * 16 + 16
    assert comparison.counts.consequences == 1  # the next layer's input


def test_that_a_swapped_subtraction_is_a_change_of_wiring_and_a_swapped_addition_is_none() -> None:
    def joined(kind: str, *, swapped: bool) -> Graph:
        net = Net("net")
        x = net.input(8)
        ends = [net.dense(x, 8), net.relu(x)]
        ends = ends[::-1] if swapped else ends
        return net.graph(net.call(kind, *ends, shape=(8,)))

    assert compared(joined("Add", swapped=False), joined("Add", swapped=True)).equal
    (difference,) = compared(
        joined("Subtract", swapped=False), joined("Subtract", swapped=True)
    ).differences
    assert list(difference.fields) == ["inputs"]


def test_that_trainable_matters_only_when_asked_for() -> None:
    graph = chain(8, 8)
    frozen = replace(
        graph,
        calls=tuple(
            replace(call, config={**call.config, "trainable": False}) for call in graph.calls
        ),
    )
    assert compare(document(graph), document(frozen)).equal
    strict = compare(document(graph), document(frozen), with_trainable=True)
    assert strict.counts.changed == len(graph.calls)


def test_that_trainable_matters_only_when_asked_for_in_wrapped_layers_too() -> None:
    def wrapped(*, trainable: bool) -> Document:
        net = Net("net")
        graph = net.graph(net.call("TimeDistributed", net.input(5, 8), shape=(None, 5, 3)))
        config = {"units": 3, "trainable": trainable}
        dense = {"class_name": "Dense", "module": "keras.layers", "config": config}
        inputs, wrapper = graph.calls
        return document(replace(graph, calls=(inputs, replace(wrapper, config={"layer": dense}))))

    trained, frozen = wrapped(trainable=True), wrapped(trainable=False)
    assert compare(trained, frozen).equal
    (difference,) = compare(trained, frozen, with_trainable=True).differences
    assert list(difference.fields) == ["layer"]


def test_that_a_layer_at_another_point_is_a_move() -> None:
    def ordered(*kinds: str) -> Graph:
        net = Net("net")
        x = net.dense(net.input(8), 8)
        for kind in kinds:
            x = net.call(kind, x, shape=(None, 8))
        return net.graph(net.dense(x, 4))

    comparison = compared(
        ordered("ReLU", "Dropout", "LayerNormalization"),
        ordered("Dropout", "LayerNormalization", "ReLU"),
    )
    (difference,) = comparison.differences
    assert (difference.change, difference.a, difference.fields) == ("moved", "relu_0", {})
    # the inputs of the ReLU itself, of what followed it and of what follows it now
    assert comparison.counts.consequences == 3
