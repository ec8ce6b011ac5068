"""Labels: prefixes of names, ids, titles of stages and blocks."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.indexing.dominators import (
    VIRTUAL,
    immediate_dominators,
    immediate_post_dominators,
)
from resnet_viz.analysis.structure.unique_ids import (
    UniqueIds,
    common_prefix,
    is_automatic,
    numbered,
)
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import renamed


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (["conv2_block1_1_conv", "conv2_block1_add"], "conv2_block1"),
        (["conv1_conv", "conv1_bn", "conv1_relu"], "conv1"),
        (["block1_conv1", "block2_conv1"], ""),
        (["block1", "block10"], ""),
        (["block1", "block1_add"], "block1"),
        (["stem"], "stem"),
        (["a__x", "a__y"], "a"),
        (["encoder/layer1/conv", "encoder/layer1/bn"], "encoder/layer1"),
        (["1_a", "1_b"], ""),
        ([], ""),
    ],
)
def test_that_names_share_whole_words(names: list[str], prefix: str) -> None:
    assert common_prefix(names) == prefix
    assert common_prefix(list(reversed(names))) == prefix


def test_that_automatic_names_are_recognised() -> None:
    assert is_automatic("conv2d_3", "Conv2D")
    assert is_automatic("batch_normalization", "BatchNormalization")
    assert not is_automatic("conv1", "Conv2D")


def test_that_ids_are_unique_even_beside_titles_that_look_like_ids() -> None:
    ids = UniqueIds()
    assert [ids.take(title) for title in ("a", "a", "a#2", "a", "b")] == [
        "a", "a#2", "a#2#2", "a#3", "b",
    ]  # fmt: skip


def test_that_each_kind_is_counted_by_itself() -> None:
    kinds = ["basic", "gate", "basic", "inverted_bottleneck"]
    assert numbered(kinds) == ["basic 1", "gate 1", "basic 2", "inverted bottleneck 1"]


def test_that_names_title_stages_only_if_they_tell_all_apart() -> None:
    assert structure_of(nets.vgg16()).stages == (
        "224×224", "112×112", "56×56", "28×28", "14×14", "7×7", "head",
    )  # fmt: skip
    graph = nets.vgg16()
    sizes = [(call.output_shape or ())[1] for call in graph.calls]
    better = [f"scale{size}_{number}" for number, size in enumerate(sizes)]
    titles = structure_of(renamed(graph, better)).stages
    assert titles == ("scale224", "scale112", "scale56", "scale28", "scale14", "scale7_18", "head")


def test_that_blocks_are_titled_by_what_their_names_share() -> None:
    graph = nets.edsr(2)
    body = {1: "up1_a", 2: "up1_b", 3: "up1_add", 4: "up2_a", 5: "up2_b", 6: "up2_add"}
    names = [body.get(index - 1, f"other{index}") for index in range(len(graph.calls))]
    assert [block.title for block in structure_of(renamed(graph, names)).blocks] == ["up1", "up2"]
    assert [block.title for block in structure_of(graph).blocks] == ["basic 1", "basic 2"]


@pytest.mark.parametrize("seed", range(20))
def test_that_dominators_are_those_of_networkx(seed: int) -> None:
    random = Random(seed)
    count = random.randint(1, 60)
    preds = [
        random.sample(range(node), min(node, random.choice((0, 1, 1, 2, 3))))
        for node in range(count)
    ]
    net = nx.DiGraph()
    net.add_nodes_from(range(-1, count))
    net.add_edges_from((before, node) for node, some in enumerate(preds) for before in some or [-1])
    expected = nx.immediate_dominators(net, -1)
    assert immediate_dominators(preds) == [expected[node] for node in range(count)]

    succs: list[list[int]] = [[] for _ in preds]
    for node, some in enumerate(preds):
        for before in some:
            succs[before].append(node)
    outputs = set(random.sample(range(count), random.randint(0, 2) % (count + 1)))
    mirrored = nx.DiGraph()
    mirrored.add_nodes_from(range(-1, count))
    mirrored.add_edges_from((after, node) for node, some in enumerate(succs) for after in some)
    ends = [node for node, some in enumerate(succs) if not some or node in outputs]
    mirrored.add_edges_from((VIRTUAL, node) for node in ends)
    expected = nx.immediate_dominators(mirrored, VIRTUAL)
    found = immediate_post_dominators(succs, outputs)
    assert found == [expected[node] for node in range(count)]
