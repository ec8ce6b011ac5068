"""Stages: which changes of size count, and where what has no size goes."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import TensorRef
from tests.support.graphs.net import Net


def stage_of(structure: Structure, call: str) -> int:
    return structure.stages.index(structure.enclosing_group(call, "stage") or "")


def titles(structure: Structure) -> list[str]:
    return [structure.by_id[stage].title for stage in structure.stages]


def test_that_an_attentions_keys_may_have_another_length() -> None:
    net = Net()
    source, target = net.input(20, 64), net.input(80, 64)
    encoded = net.add(source, net.attention(source, source))
    x = net.add(target, net.attention(target, encoded, name="cross"))
    x = net.dense(x, 100, name="words")
    structure = structure_of(net.graph(x))
    assert len(structure.stages) == 1


def time_embedding(net: Net, width: int) -> TensorRef:
    return net.reshape(net.dense(net.input(32, name="time"), width, name="project"), 1, 1, width)


def test_that_broadcasting_is_no_change_of_size() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3, name="image"), 16)
    x = net.add(net.conv(x, 16), time_embedding(net, 16), name="shift")
    structure = structure_of(net.graph(net.conv(x, 16, name="last")))
    assert titles(structure) == ["32×32"]


def test_that_a_projected_embedding_lies_in_the_stage_that_it_serves() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3, name="image"), 16)
    x = net.conv(x, 16, 3, 2, name="down")
    x = net.add(net.conv(x, 16), time_embedding(net, 16), name="shift")
    structure = structure_of(net.graph(net.conv(x, 16)))
    assert titles(structure) == ["32×32", "16×16"]
    for call in ("time", "project", "reshape_0", "shift"):
        assert stage_of(structure, call) == stage_of(structure, "down") == 1


def test_that_global_pooling_off_the_main_path_changes_no_size() -> None:
    net = Net()
    x, style = net.conv(net.input(32, 32, 3), 16), net.conv(net.input(32, 32, 3), 16)
    scale = net.conv(net.gap(style, keepdims=True), 16, 1)
    structure = structure_of(net.graph(net.conv(net.multiply(x, scale), 16)))
    assert titles(structure) == ["32×32"]
    assert not structure.blocks


@pytest.mark.parametrize(
    ("size", "expected"),
    [(64, ["64×64", "32×32", "64×64"]), (None, ["1/1", "1/2", "1/1"])],
)
def test_that_open_sizes_are_titled_as_shares_of_the_input(
    size: int | None, expected: list[str]
) -> None:
    net = Net()
    x = net.conv(net.input(size, size, 3), 16)
    x = net.conv(net.conv(x, 16, 3, 2), 16)
    x = net.conv(net.upsample(x, 2), 16)
    assert titles(structure_of(net.graph(x))) == expected


def test_that_a_larger_share_than_the_inputs_is_a_factor() -> None:
    net = Net()
    x = net.upsample(net.conv(net.input(None, None, 3), 16), 3)
    assert titles(structure_of(net.graph(net.conv(x, 3)))) == ["1/1", "×3"]


def test_that_vectors_have_numbered_stages() -> None:
    net = Net()
    x = net.dense(net.dense(net.input(10), 64), 10)
    assert titles(structure_of(net.graph(x))) == ["stage 1"]


def test_that_augmentation_lies_with_the_first_layer() -> None:
    net = Net()
    image = net.input(64, 64, 3)
    x = net.call("RandomFlip", image, shape=net.shape(image), name="flip")
    x = net.conv(x, 16, 3, 2, name="stem")
    structure = structure_of(net.graph(net.conv(x, 16)))
    assert stage_of(structure, "flip") == stage_of(structure, "stem") == 0
    assert titles(structure) == ["32×32"]
