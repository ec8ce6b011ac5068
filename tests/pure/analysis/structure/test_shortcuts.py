"""Regions and kinds of shortcuts in small models made for the purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Tensor, TensorRef
from tests.support.graphs.net import Net

Path = Callable[[Net, TensorRef], TensorRef]


def residual(path: Path, branch: Path | None = None) -> Structure:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="entry")
    other = path(net, x)
    work = branch(net, x) if branch else two_convolutions(net, x, net.shape(other)[1])
    x = net.add(work, other, name="join")
    return structure_of(net.graph(net.dense(net.gap(x), 10)))


def two_convolutions(net: Net, x: TensorRef, size: int | None) -> TensorRef:
    """From 32×32 to ``size``."""
    if size == 64:
        return net.conv(net.transposed(x, 8), 8, name="second")
    return net.conv(net.conv(x, 8, 3, 32 // (size or 32), name="first"), 8, name="second")


PATHS: dict[str, tuple[Path, str]] = {
    "the tensor itself": (lambda _net, x: x, "identity"),
    "dropout": (Net.dropout, "identity"),
    "identity layer": (Net.identity, "identity"),
    "linear activation": (lambda net, x: net.activation(x, "linear"), "identity"),
    "channels padded": (lambda net, x: net.pad_channels(x, 8), "padded"),
    "subsampled and padded": (
        lambda net, x: net.pad_channels(net.max_pool(x, 1, 2, "valid"), 8),
        "padded",
    ),
    "resized": (lambda net, x: net.upsample(x, 2), "upsampled"),
    "resized, projected": (lambda net, x: net.conv(net.upsample(x, 2), 8, 1), "upsampled"),
    "pooled": (lambda net, x: net.avg_pool(x, 2, 2), "pooled"),
    "pooled, projected": (lambda net, x: net.bn(net.conv(net.avg_pool(x, 2, 2), 8, 1)), "pooled"),
    "pooled by one": (lambda net, x: net.max_pool(x, 1, 2, "valid"), "pooled"),
    "1×1": (lambda net, x: net.conv(x, 8, 1), "projection"),
    "1×1, norm": (lambda net, x: net.bn(net.conv(x, 8, 1, 2)), "projection"),
    "1×1, norm, activation": (lambda net, x: net.relu(net.bn(net.conv(x, 8, 1))), "projection"),
    "dense": (lambda net, x: net.dense(x, 8), "projection"),
    "norm alone": (Net.bn, "other"),
}


@pytest.mark.parametrize("name", PATHS)
def test_that_a_shortcut_is_of_the_first_kind_that_fits(name: str) -> None:
    path, kind = PATHS[name]
    (shortcut,) = residual(path).shortcuts
    assert shortcut.kind == kind
    assert (shortcut.entry, shortcut.join) == ("entry", "join")
    assert not shortcut.long
    assert shortcut.block is not None
    assert len(shortcut.skipped) == 2
    assert shortcut.skipped[-1] == "second"


def test_that_branches_with_equal_work_have_no_shortcut() -> None:
    structure = residual(lambda net, x: net.conv(x, 8, 1), lambda net, x: net.conv(x, 8, 3))
    assert structure.shortcuts == ()
    assert [block.block_kind for block in structure.blocks] == ["parallel"]


def test_that_a_branch_without_work_makes_no_block() -> None:
    structure = residual(lambda _net, x: x, Net.relu)
    assert structure.shortcuts == ()
    assert structure.blocks == ()


def test_that_three_inputs_have_one_identity() -> None:
    net = Net()
    x = net.dense(net.input(8), 8, name="entry")
    x = net.add(net.dense(x, 8), x, net.dense(net.dense(x, 16), 8), name="join")
    (shortcut,) = structure_of(net.graph(net.dense(x, 10))).shortcuts
    assert (shortcut.kind, shortcut.calls) == ("identity", ())


def test_that_swish_by_multiplication_is_an_activation_and_no_gate() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8)
    x = net.multiply(x, net.activation(x, "sigmoid"))
    structure = structure_of(net.graph(net.conv(x, 8)))
    assert structure.shortcuts == ()
    assert structure.blocks == ()


def test_that_an_entry_may_feed_others_too() -> None:
    """An aggregation branch starts at the entry, as in SpliceAI."""
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="entry")
    branch = net.conv(x, 8, 1)
    x = net.add(x, net.conv(net.conv(x, 8), 8), name="join")
    branch = net.add(net.conv(x, 8, 1), branch, name="open")
    x = net.add(x, net.conv(net.conv(x, 8), 8), name="next join")
    x = net.add(net.conv(x, 8, 1), branch, name="open too")
    structure = structure_of(net.graph(x))
    assert [block.join for block in structure.blocks] == ["join", "next join"]
    assert [one.join for one in structure.shortcuts] == ["join", "next join"]


def test_that_a_side_input_does_not_open_a_block() -> None:
    net = Net()
    time = net.dense(net.dense(net.input(8, name="time"), 16, "silu"), 8, name="embedded")
    x = net.conv(net.input(32, 32, 8, name="image"), 8, name="entry")
    y = net.add(net.conv(x, 8), net.reshape(time, 1, 1, 8), name="inject")
    x = net.add(x, net.conv(y, 8), name="join")
    structure = structure_of(net.graph(x))
    (block,) = structure.blocks
    assert (block.entry, block.join) == ("entry", "join")
    assert "inject" in block.calls
    assert "embedded" not in block.calls


def test_that_a_branch_that_feeds_calls_outside_makes_a_block_with_identity() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8)
    inner = net.conv(x, 8)
    x = net.add(x, net.conv(inner, 8))
    structure = structure_of(net.graph(x, net.conv(inner, 8)))
    assert [block.block_kind for block in structure.blocks] == ["basic"]
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["identity"]


def test_that_a_branch_may_make_an_output_of_the_model() -> None:
    """An attention's weights, say, that a user looks at."""
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8)
    inner = net.conv(x, 8)
    structure = structure_of(net.graph(net.add(x, net.conv(inner, 8)), inner))
    assert [block.block_kind for block in structure.blocks] == ["basic"]
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["identity"]


def test_that_a_second_shortcut_of_a_join_has_its_own_id() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="e")
    x = net.add(x, net.max_pool(x, 3, 1), net.conv(x, 8), name="j")
    structure = structure_of(net.graph(x))
    assert [one.id for one in structure.shortcuts] == ["e→j", "e→j#2"]
    assert [one.kind for one in structure.shortcuts] == ["identity", "pooled"]


def test_that_gates_in_a_residual_block_are_listed_with_it() -> None:
    from tests.support.graphs.architectures import squeeze_excite

    structure = structure_of(squeeze_excite())
    first = structure.blocks[0]
    kinds = [one.kind for one in structure.shortcuts_by_block[first.id]]
    assert kinds == ["gate", "identity"]
    assert first.block_kind == "basic"


def test_that_a_shortcut_path_may_crop_slice_and_activate() -> None:
    """Valid padding shrinks the branch, so what is carried past it is cropped."""
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="entry")
    y = net.conv(net.conv(x, 8, padding="valid"), 8, padding="valid")
    cropped = net.call("Cropping2D", net.relu(x), shape=(None, 30, 30, 8), cropping=[[1, 1]] * 2)
    sliced = net.call("GetItem", cropped, shape=(None, 28, 28, 8), module="keras.src.ops.numpy")
    (shortcut,) = structure_of(net.graph(net.add(sliced, y))).shortcuts
    assert (shortcut.entry, shortcut.kind) == ("entry", "other")
    assert len(shortcut.calls) == 3


def test_that_a_path_that_feeds_another_branch_is_no_shortcut() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="entry")
    pooled = net.max_pool(x, 3, 1)
    x = net.add(pooled, net.conv(net.conv(x, 8), 8), net.conv(pooled, 8))
    structure = structure_of(net.graph(net.conv(x, 8)))
    assert structure.shortcuts == ()
    assert [block.block_kind for block in structure.blocks] == ["parallel"]


def test_that_convolutions_side_by_side_are_no_basic_block() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="entry")
    y = net.concat(net.conv(x, 4), net.conv(x, 4))
    structure = structure_of(net.graph(net.add(x, y)))
    assert [block.block_kind for block in structure.blocks] == ["residual"]


@pytest.mark.parametrize("path", ["cropped", "projected"])
def test_that_a_unets_connection_may_be_cropped_or_projected(path: str) -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="kept")
    y = net.transposed(net.conv(net.max_pool(x, 2), 16), 8)
    if path == "cropped":
        x = net.call("Cropping2D", x, shape=(None, 32, 32, 8), cropping=[[0, 0], [0, 0]])
    else:
        x = net.conv(x, 4, 1)
    structure = structure_of(net.graph(net.conv(net.concat(y, x), 8)))
    (shortcut,) = structure.shortcuts
    assert (shortcut.entry, shortcut.long, shortcut.block) == ("kept", True, None)
    assert shortcut.kind == ("other" if path == "cropped" else "projection")


def test_that_one_half_of_a_split_tensor_is_no_shortcut_past_the_other() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 16), 16)
    half = Tensor((None, 32, 32, 8), "float32")
    first = net.call("Split", x, shape=(None, 32, 32, 8), module="keras.src.ops.numpy")
    graph = net.graph(net.concat(first, net.conv(first, 8), name="join"))
    calls = tuple(
        replace(call, outputs=(half, half)) if call.type == "Split"
        else replace(call, inputs=(TensorRef(first.call, 1), call.inputs[1])) if call.id == "join"
        else call
        for call in graph.calls
    )  # fmt: skip
    assert structure_of(graph).shortcuts[0].kind == "dense"
    split = structure_of(replace(graph, calls=calls))
    assert split.shortcuts == ()
    assert [block.block_kind for block in split.blocks] == ["parallel"]


def test_that_a_unets_connection_survives_side_inputs() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 8), 8, name="kept")
    time = net.reshape(net.dense(net.input(8), 16), 1, 1, 16)
    y = net.transposed(net.add(net.conv(net.max_pool(x, 2), 16), time), 8)
    structure = structure_of(net.graph(net.conv(net.concat(y, x), 8)))
    (shortcut,) = structure.shortcuts
    assert (shortcut.entry, shortcut.kind, shortcut.long) == ("kept", "dense", True)
