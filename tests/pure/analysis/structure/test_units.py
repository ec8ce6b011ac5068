"""Units, tails and calls that belong to none."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net


def start(size: int = 32) -> tuple[Net, TensorRef]:
    net = Net()
    return net, net.conv(net.input(size, size, 8), 8, name="stem")


def finish(net: Net, x: TensorRef) -> Graph:
    return net.graph(net.dense(net.gap(x, name="gap"), 10, name="dense"))


def unit_calls(structure: Structure, main: str) -> tuple[str, ...]:
    (unit,) = [group for group in structure.groups if group.main == main]
    return unit.calls


def test_that_a_unit_takes_padding_before_and_norm_and_activation_after() -> None:
    net, x = start()
    x = net.conv(net.pad(x, (1, 1), name="pad"), 8, padding="valid", name="conv")
    x = net.dropout(net.relu(net.bn(x, name="bn"), name="relu"))
    structure = structure_of(finish(net, net.conv(x, 8)))
    assert unit_calls(structure, "conv") == ("pad", "conv", "bn", "relu", "dropout_0")


def test_that_leading_norm_and_activation_join_the_unit_that_they_feed() -> None:
    net = Net()
    x = net.bn(net.input(32, 32, 8), name="bn")
    x = net.conv(net.pad(net.relu(x, name="relu"), (1, 1), name="pad"), 8, name="conv")
    structure = structure_of(finish(net, x))
    assert unit_calls(structure, "conv") == ("bn", "relu", "pad", "conv")


def test_that_a_norm_after_a_unit_is_not_leading_for_the_next() -> None:
    net, x = start()
    x = net.conv(net.relu(net.bn(x, name="bn"), name="relu"), 8, name="second")
    structure = structure_of(finish(net, x))
    assert unit_calls(structure, "stem") == ("stem", "bn", "relu")
    assert unit_calls(structure, "second") == ("second",)


def test_that_a_unit_ends_where_its_tensor_branches_off() -> None:
    net, x = start()
    x = net.conv(x, 8, name="conv")
    branch = net.bn(x, name="bn")
    x = net.concat(net.conv(branch, 8, name="a"), net.conv(x, 8, 5, name="b"))
    structure = structure_of(finish(net, x))
    assert unit_calls(structure, "conv") == ("conv",)
    assert unit_calls(structure, "a") == ("bn", "a")


def test_that_a_v1_activation_belongs_to_the_block_that_it_ends() -> None:
    structure = structure_of(nets.resnet(18))
    for block in structure.blocks:
        assert [structure.graph.by_id[name].type for name in block.tail] == ["ReLU"]
        last = [child.id for child in block.children[-2:]]
        assert last == [block.join, block.tail[0]]
        assert {child.kind for child in block.children[-2:]} == {"call"}


def test_that_pre_activation_lies_in_the_block_that_it_leads() -> None:
    structure = structure_of(nets.resnet_v2(50))
    assert all(block.tail == () for block in structure.blocks)
    identity = structure.blocks[1]
    first = structure.by_id[identity.children[0].id]
    types = [structure.graph.by_id[name].type for name in first.calls]
    assert types == ["BatchNormalization", "ReLU", "Conv2D", "BatchNormalization", "ReLU"]


@pytest.mark.parametrize(("block", "before"), [(0, "MaxPooling2D"), (3, "Add")])
def test_that_a_block_takes_the_activation_that_its_branches_share(block: int, before: str) -> None:
    structure = structure_of(nets.resnet_v2(50))
    types = {call.id: call.type for call in structure.graph.calls}
    projected = structure.blocks[block]
    assert [types[name] for name in projected.lead] == ["BatchNormalization", "ReLU"]
    assert projected.calls[:2] == projected.lead
    assert [child.id for child in projected.children[:2]] == list(projected.lead)
    assert types[projected.entry or ""] == before
    assert projected.entry not in projected.calls
    (projection,) = structure.shortcuts_by_block[projected.id]
    assert projection.entry == projected.lead[-1]
    entering = structure.entry_tensor(projected)
    assert entering is not None
    assert entering.call == projected.entry


def test_that_blocks_without_a_shared_activation_have_no_lead() -> None:
    structure = structure_of(nets.resnet_v2(50))
    leads = [number for number, block in enumerate(structure.blocks) if block.lead]
    assert leads == [0, 3, 7, 13]
    assert all(not block.lead for block in structure_of(nets.resnet(50)).blocks)


def test_that_norm_and_activation_after_a_stem_stay_in_its_unit() -> None:
    net, x = start()
    x = net.relu(net.bn(net.conv(x, 8, name="first"), name="bn"), name="relu")
    x = net.add(net.conv(x, 16, 1), net.conv(net.conv(x, 16), 16))
    structure = structure_of(finish(net, x))
    assert unit_calls(structure, "first") == ("first", "bn", "relu")
    assert structure.blocks[0].lead == ()


def test_that_a_lone_activation_after_an_open_add_stays_beside_it() -> None:
    net, x = start()
    one, other = net.conv(x, 8, name="one"), net.conv(x, 8, name="other")
    x = net.relu(net.add(one, other, name="add"), name="relu")
    x = net.conv(x, 8, name="next")
    structure = structure_of(finish(net, x))
    assert not structure.blocks
    assert unit_calls(structure, "next") == ("next",)
    assert structure.innermost_group["relu"] in structure.stages


def test_that_cross_attention_keeps_its_own_leading_norm() -> None:
    structure = structure_of(nets.transformer(1, pre_norm=True))
    for unit in structure.groups:
        if unit.main and structure.graph.by_id[unit.main].type == "MultiHeadAttention":
            types = [structure.graph.by_id[name].type for name in unit.calls]
            assert types == ["LayerNormalization", "MultiHeadAttention", "Dropout"]


def test_that_unit_titles_are_layer_names_and_call_ids_of_shared_layers() -> None:
    net, x = start()
    x = net.conv(x, 8, layer="shared")
    x = net.conv(net.max_pool(x, 2, name="pool"), 8, layer="shared")
    structure = structure_of(finish(net, x))
    titles = {group.title for group in structure.groups if group.kind == "unit"}
    assert titles == {"stem", "shared", "pool", "shared:1", "gap", "dense"}


def test_that_ids_are_titles_made_unique_stage_before_unit() -> None:
    structure = structure_of(nets.resnet(18))
    assert structure.by_id["conv1"].kind == "stage"
    unit = structure.by_id["conv1#2"]
    assert (unit.kind, unit.title, unit.parent) == ("unit", "conv1", "conv1")
    ids = [group.id for group in structure.groups]
    assert len(ids) == len(set(ids))


def test_that_parents_come_before_children() -> None:
    structure = structure_of(nets.squeeze_excite())
    seen: set[str] = set()
    for group in structure.groups:
        assert group.parent is None or group.parent in seen
        seen.add(group.id)


def test_that_the_head_starts_at_global_pooling_with_kept_dimensions_too() -> None:
    net, x = start()
    x = net.conv(net.gap(x, keepdims=True, name="gap"), 10, 1, name="classify")
    structure = structure_of(net.graph(net.flatten(x)))
    assert structure.by_id["head"].calls == ("gap", "classify", "flatten_0")


def test_that_an_average_over_the_whole_image_starts_the_head() -> None:
    net, x = start(14)
    x = net.flatten(net.avg_pool(x, 14, padding="valid", name="average"))
    structure = structure_of(net.graph(net.dense(x, 10, name="dense")))
    assert structure.by_id["head"].calls == ("average", "flatten_0", "dense")


def test_that_an_autoencoders_middle_is_not_its_head() -> None:
    net, x = start(16)
    x = net.dense(net.flatten(net.conv(x, 8, 3, 2)), 32)
    x = net.reshape(net.dense(x, 8 * 8 * 8), 8, 8, 8)
    structure = structure_of(net.graph(net.conv(net.transposed(x, 8), 3)))
    assert {structure.by_id[stage].kind for stage in structure.stages} == {"stage"}


def test_that_inputs_and_preparation_lie_in_their_first_consumers_stage() -> None:
    net = Net()
    x = net.call("Rescaling", net.input(64, 64, 3, name="in"), shape=(None, 64, 64, 3), scale=1.0)
    x = net.conv(x, 8, 3, 2, name="conv")
    structure = structure_of(finish(net, net.conv(x, 8)))
    assert structure.by_id[structure.stages[0]].calls[:3] == ("in", "rescaling_0", "conv")
