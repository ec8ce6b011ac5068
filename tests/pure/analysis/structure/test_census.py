"""The census: joins, blocks, shortcuts and stages of known architectures."""

from __future__ import annotations

from collections import Counter

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph
from tests.support.graphs import architectures as nets
from tests.support.graphs.shipped import shipped

# name: (graph, blocks by kind, shortcuts by kind, long shortcuts by kind)
BOTTLENECKS_50 = {"bottleneck": 16}
CENSUS = {
    "resnet18": (shipped("resnet18"), {"basic": 8}, {"identity": 5, "projection": 3}, {}),
    "resnet34": (shipped("resnet34"), {"basic": 16}, {"identity": 13, "projection": 3}, {}),
    "resnet50": (shipped("resnet50"), BOTTLENECKS_50, {"identity": 12, "projection": 4}, {}),
    "resnet101": (
        shipped("resnet101"),
        {"bottleneck": 33},
        {"identity": 29, "projection": 4},
        {},
    ),
    "resnet152": (
        shipped("resnet152"),
        {"bottleneck": 50},
        {"identity": 46, "projection": 4},
        {},
    ),
    "plain18": (shipped("plain18"), {}, {}, {}),
    "plain34": (shipped("plain34"), {}, {}, {}),
    "tutorial_resnet34": (shipped("tutorial_resnet34"), {"basic": 16}, {"pooled": 16}, {}),
    "tutorial_first_unit": (shipped("tutorial_first_unit"), {"basic": 1}, {"identity": 1}, {}),
    "option A": (
        nets.resnet(34, shortcut="A"),
        {"basic": 16},
        {"identity": 13, "padded": 3},
        {},
    ),
    "option C": (nets.resnet(34, shortcut="C"), {"basic": 16}, {"projection": 16}, {}),
    "keras ResNet50": (
        nets.keras_resnet50(),
        BOTTLENECKS_50,
        {"identity": 12, "projection": 4},
        {},
    ),
    "ResNet50V2": (
        nets.resnet_v2(50),
        BOTTLENECKS_50,
        {"identity": 9, "projection": 4, "pooled": 3},
        {},
    ),
    "ResNet101V2": (
        nets.resnet_v2(101),
        {"bottleneck": 33},
        {"identity": 26, "projection": 4, "pooled": 3},
        {},
    ),
    "ResNet152V2": (
        nets.resnet_v2(152),
        {"bottleneck": 50},
        {"identity": 43, "projection": 4, "pooled": 3},
        {},
    ),
    "ResNet50-D": (
        nets.resnet_d(),
        BOTTLENECKS_50,
        {"identity": 12, "projection": 1, "pooled": 3},
        {},
    ),
    "MobileNetV2": (nets.mobilenet_v2(), {"inverted_bottleneck": 17}, {"identity": 10}, {}),
    "DenseNet121": (nets.densenet121(), {"dense": 58}, {"dense": 58}, {}),
    "VGG16": (nets.vgg16(), {}, {}, {}),
    "U-Net": (nets.unet(4), {}, {}, {"dense": 4}),
    "U-Net of any size": (nets.unet(4, None), {}, {}, {"dense": 4}),
    "EDSR": (nets.edsr(5), {"basic": 5}, {"identity": 5}, {"identity": 1}),
    "squeeze and excite": (
        nets.squeeze_excite(),
        {"basic": 2, "gate": 1},
        {"gate": 3, "identity": 2},
        {},
    ),
    "Inception": (nets.inception(), {"parallel": 2}, {}, {}),
    "transformer": (nets.transformer(2), {"attention": 6, "mlp": 4}, {"identity": 10}, {}),
    "pre-norm transformer": (
        nets.transformer(2, pre_norm=True),
        {"attention": 6, "mlp": 4},
        {"identity": 10},
        {},
    ),
    "ConvNeXt": (nets.convnext(), {"inverted_bottleneck": 2}, {"identity": 2}, {}),
}


@pytest.mark.parametrize("name", CENSUS)
def test_that_blocks_and_shortcuts_are_those_of_the_census(name: str) -> None:
    graph, blocks, shortcuts, long = CENSUS[name]
    structure = structure_of(graph)
    assert Counter(block.block_kind for block in structure.blocks) == blocks
    assert Counter(one.kind for one in structure.shortcuts if not one.long) == shortcuts
    assert Counter(one.kind for one in structure.shortcuts if one.long) == long


@pytest.mark.parametrize(
    ("graph", "calls", "edges", "joins", "weighted"),
    [
        (shipped("resnet34"), 125, 140, 16, 34),
        (shipped("plain34"), 103, 102, 0, 34),
        (shipped("tutorial_resnet34"), 85, 100, 16, 34),
        (shipped("resnet18"), 69, 76, 8, 18),
        (shipped("resnet50"), 175, 190, 16, 50),
        (shipped("resnet101"), 345, 377, 33, 101),
        (shipped("resnet152"), 515, 564, 50, 152),
        (nets.densenet121(), 429, 486, 58, 121),
    ],
)
def test_that_totals_count_calls_edges_joins_and_weighted_layers(
    graph: Graph, calls: int, edges: int, joins: int, weighted: int
) -> None:
    totals = numbers_of(structure_of(graph)).totals
    found = (totals.calls, totals.edges, totals.joins, totals.weighted_layers)
    assert found == (calls, edges, joins, weighted)


def test_that_projections_of_resnet34_open_its_stages() -> None:
    structure = structure_of(shipped("resnet34"))
    projections = [one.block for one in structure.shortcuts if one.kind == "projection"]
    assert projections == ["conv3_1", "conv4_1", "conv5_1"]


@pytest.mark.parametrize(
    ("name", "counts"), [("resnet34", (3, 4, 6, 3)), ("resnet152", (3, 8, 36, 3))]
)
def test_that_paper_resnets_have_the_papers_stages_and_blocks(
    name: str, counts: tuple[int, ...]
) -> None:
    structure = structure_of(shipped(name))
    assert structure.recognised
    assert structure.stages == ("conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "head")
    titles = [f"conv{n}_{i}" for n, count in enumerate(counts, 2) for i in range(1, count + 1)]
    assert [block.id for block in structure.blocks] == titles


def test_that_the_max_pool_opens_conv2_x() -> None:
    structure = structure_of(shipped("resnet34"))
    assert structure.by_id["conv2_x"].children[0].id == "max pool"
    assert structure.by_id["conv2_x"].output_shape == (None, 56, 56, 64)


def test_that_a_plain_net_is_recognised_and_its_units_are_the_cards() -> None:
    structure = structure_of(shipped("plain34"))
    assert structure.recognised
    counts = [len(structure.by_id[stage].children) for stage in structure.stages]
    assert counts == [2, 7, 8, 12, 6, 2]
    children = structure.by_id["conv3_x"].children
    assert {structure.by_id[child.id].kind for child in children} == {"unit"}


def test_that_tutorial_stages_halve_with_every_unit() -> None:
    structure = structure_of(shipped("tutorial_resnet34"))
    assert not structure.recognised
    sizes = [block.output_shape for block in structure.blocks]
    assert [size[1] for size in sizes if size] == [28, 14, 7, 4, 2] + [1] * 11
    assert structure.stages == (
        "112×112", "56×56", "28×28", "14×14", "7×7", "4×4", "2×2", "1×1", "head",
    )  # fmt: skip


def test_that_a_unet_has_nine_stages() -> None:
    for graph in (nets.unet(4), nets.unet(4, None)):
        assert len(structure_of(graph).stages) == 9
    assert structure_of(nets.unet(4)).stages == (
        "64×64", "32×32", "16×16", "8×8", "4×4", "8×8#2", "16×16#2", "32×32#2", "64×64#2",
    )  # fmt: skip


@pytest.mark.parametrize("blocks", [2, 3, 9])
def test_that_edsr_keeps_its_blocks_inside_one_long_identity(blocks: int) -> None:
    structure = structure_of(nets.edsr(blocks))
    assert len(structure.blocks) == blocks
    (long,) = [one for one in structure.shortcuts if one.long]
    assert (long.kind, long.block) == ("identity", None)
    assert len(long.skipped) == 3 * blocks + 1


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_that_post_norms_belong_to_the_blocks_that_they_end(layers: int) -> None:
    structure = structure_of(nets.transformer(layers))
    assert len(structure.blocks) == 5 * layers
    types = structure.graph.by_id
    for block in structure.blocks:
        assert [types[name].type for name in block.tail] == ["LayerNormalization"]
    for block in structure_of(nets.transformer(layers, pre_norm=True)).blocks:
        assert block.tail == ()


def test_that_cross_attention_takes_a_side_input() -> None:
    structure = structure_of(nets.transformer(1))
    cross = structure.blocks[3]
    assert cross.block_kind == "attention"
    assert cross.entry is not None
    assert cross.entry != structure.blocks[1].tail[0]
    encoded = structure.blocks[1].tail[0]
    inside = [structure.graph.by_id[name] for name in cross.calls]
    assert any(ref.call == encoded for call in inside for ref in call.inputs)


@pytest.mark.parametrize(("blocks", "distinct"), [("resnet34", 7), ("resnet50", 8)])
def test_that_equal_blocks_have_equal_signatures(blocks: str, distinct: int) -> None:
    # ResNet-34: conv2's, and in each later stage the first and the others; ResNet-50 has a
    # projection in conv2 as well.
    assert len({block.signature for block in structure_of(shipped(blocks)).blocks}) == distinct
