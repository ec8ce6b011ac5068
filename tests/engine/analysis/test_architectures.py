"""Structure of models beyond keras.applications, as a specialist would draw it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.reading.read import read_config
from tests.support.keras import architectures

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


def structure(build: Callable[[], Any]) -> Structure:
    import keras

    with keras.StatelessScope(initialize_variables=False):
        config = build().to_json()
    return structure_of(read_config(config.encode(), where="test"))


def kinds(found: Structure) -> list[str | None]:
    return [block.block_kind for block in found.blocks]


def titles(found: Structure) -> list[str]:
    return [found.by_id[stage].title for stage in found.stages]


def children(found: Structure, group: Group) -> list[tuple[str, str]]:
    return [
        (found.by_id[ref.id].kind, found.by_id[ref.id].title)
        if ref.kind == "group"
        else ("call", found.graph.by_id[ref.id].type)
        for ref in group.children
    ]


def types(found: Structure, calls: tuple[str, ...]) -> list[str]:
    return [found.graph.by_id[name].type for name in calls]


def sides(found: Structure, block: Group) -> list[str]:
    """Ids of the calls that a block's side inputs come from."""
    inside = set(block.calls)
    edges = [edge for edge in found.graph.edges if edge.target in inside]
    sources = {edge.source.call for edge in edges} - inside
    return sorted(sources - {block.entry})


def test_that_a_vision_transformer_alternates_attention_and_mlp() -> None:
    found = structure(architectures.vit)
    assert kinds(found) == ["attention", "mlp"] * 3
    assert {one.kind for one in found.shortcuts} == {"identity"}
    body, head = (found.by_id[stage] for stage in found.stages)
    assert children(found, body)[:5] == [
        ("call", "InputLayer"),
        ("submodel", "augment"),
        ("unit", "patches"),
        ("call", "Reshape"),
        ("call", "Positions"),
    ]
    first = found.by_id[found.blocks[0].children[0].id]
    assert types(found, first.calls) == ["LayerNormalization", "MultiHeadAttention"]
    assert [kind for kind, _ in children(found, head)] == ["unit", "unit"]
    assert types(found, head.calls)[0] == "LayerNormalization"


def test_that_a_translator_has_ten_residual_blocks_and_two_cross_attentions() -> None:
    found = structure(architectures.translator)
    assert Counter(kinds(found)) == {"attention": 6, "mlp": 4}
    assert [one.kind for one in found.shortcuts] == ["identity"] * 10
    crossing = [block for block in found.blocks if sides(found, block)]
    assert [block.block_kind for block in crossing] == ["attention", "attention"]
    (encoded,) = {source for block in crossing for source in sides(found, block)}
    encoder = next(block for block in found.blocks if encoded in block.calls)
    assert encoder.block_kind == "mlp"
    assert {tuple(types(found, block.tail)) for block in found.blocks} == {("LayerNormalization",)}
    # Keys of another length are no change of size: all is one stage.
    assert len(found.stages) == 1


def test_that_a_unet_has_nine_stages_and_four_long_connections() -> None:
    found = structure(architectures.unet)
    assert not found.blocks
    assert titles(found) == ["1/1", "1/2", "1/4", "1/8", "1/16", "1/8", "1/4", "1/2", "1/1"]
    assert [(one.kind, one.long, one.block) for one in found.shortcuts] == [
        ("dense", True, None)
    ] * 4
    assert all(types(found, (one.entry,)) == ["ReLU"] for one in found.shortcuts)
    units = [found.by_id[child.id] for child in found.by_id[found.stages[1]].children]
    assert [len(unit.calls) for unit in units] == [1, 3, 3]


def test_that_edsr_keeps_its_blocks_inside_the_global_skip() -> None:
    found = structure(architectures.edsr)
    assert kinds(found) == ["basic"] * 4
    assert [(one.kind, one.long) for one in found.shortcuts] == [
        *[("identity", False)] * 4,
        ("identity", True),
    ]
    assert titles(found) == ["1/1", "×2"]
    assert types(found, found.blocks[0].calls) == ["Conv2D", "Conv2D", "Rescaling", "Add"]


def test_that_diffusion_blocks_take_the_time_from_the_side() -> None:
    found = structure(architectures.diffusion)
    assert kinds(found) == ["basic", "basic", "attention", "basic", "basic"]
    assert Counter((one.kind, one.long) for one in found.shortcuts) == {
        ("identity", False): 4,
        ("projection", False): 1,
        ("dense", True): 1,  # though no call is on every path to the concatenation
    }
    timed = [block for block in found.blocks if block.block_kind == "basic"]
    for block in timed:
        (side,) = sides(found, block)
        assert types(found, (side,)) == ["Reshape"]
        # A block's projection of the time lies in the block's stage.
        assert found.enclosing_group(side, "stage") == found.enclosing_group(
            block.calls[-1], "stage"
        )
    units = [found.by_id[ref.id] for ref in timed[0].children if ref.kind == "group"]
    assert [types(found, unit.calls) for unit in units] == [
        ["GroupNormalization", "Activation", "Conv2D"],
        ["GroupNormalization", "Activation", "Dropout", "Conv2D"],
    ]
    assert titles(found) == ["16×16", "8×8", "16×16"]


def test_that_a_siamese_nets_encoder_is_there_twice_with_one_set_of_weights() -> None:
    found = structure(architectures.siamese)
    both = [group for group in found.groups if group.kind == "submodel"]
    assert [(one.title, one.shared) for one in both] == [("encoder", 2), ("encoder", 2)]
    assert both[0].signature == both[1].signature
    numbers = numbers_of(found)
    # 3·3·32 + 32, 3·3·32·64 + 64, 64·48 + 48; 48 + 1
    assert numbers.groups[both[0].id].parameters == 320 + 18_496 + 3_120
    assert numbers.totals.numbers.parameters == 320 + 18_496 + 3_120 + 49


def test_that_a_nested_resnet50_keeps_its_stages_and_blocks() -> None:
    found = structure(architectures.transfer)
    augment, base = (group for group in found.groups if group.kind == "submodel")
    assert (augment.title, base.title) == ("augment", "resnet50")
    assert [title for _, title in children(found, base)] == [
        "conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x",
    ]  # fmt: skip
    assert kinds(found) == ["bottleneck"] * 16
    assert Counter(one.kind for one in found.shortcuts) == {"identity": 12, "projection": 4}
    assert children(found, found.by_id[found.stages[0]]) == [
        ("call", "InputLayer"),
        ("submodel", "augment"),
        ("call", "Rescaling"),
        ("submodel", "resnet50"),
    ]
    assert found.by_id[found.stages[1]].kind == "head"
    totals = numbers_of(found).totals.numbers
    assert (totals.parameters, totals.trainable_parameters) == (
        23_587_712 + 10_245,  # ResNet50 without its head, in Keras's documentation
        10_245,
    )
