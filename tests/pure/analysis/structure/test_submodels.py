"""Models in models: each is one item of the model around it, with a structure of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.document import make_document
from resnet_viz.graph.types import Graph, TensorRef
from resnet_viz.reports.formats import render
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.architectures import gated
from tests.support.graphs.net import Net
from tests.support.graphs.submodels import siamese, transfer


def submodels(structure: Structure) -> list[Group]:
    return [group for group in structure.groups if group.kind == "submodel"]


def inside(structure: Structure, group: Group) -> list[tuple[str, str]]:
    children = [structure.by_id[ref.id] for ref in group.children if ref.kind == "group"]
    return [(child.kind, child.title) for child in children]


def test_that_a_shared_submodel_has_a_group_for_each_call() -> None:
    structure = structure_of(siamese())
    both = submodels(structure)
    assert [(one.id, one.title, one.shared) for one in both] == [
        ("encoder", "encoder", 2),
        ("encoder#2", "encoder", 2),
    ]
    assert both[0].signature == both[1].signature
    stages = [("stage", "28×28"), ("stage", "14×14"), ("stage", "7×7"), ("head", "head")]
    assert inside(structure, both[0]) == inside(structure, both[1]) == stages
    assert {one.parent for one in both} == {structure.stages[0]}


def test_that_shared_weights_count_once_in_sums_over_both_calls() -> None:
    structure = structure_of(siamese())
    numbers = numbers_of(structure)
    # 3·3·1·16 + 16, 3·3·16·32 + 32, 7·7·32·64 + 64 in the encoder; 64 + 1 outside
    once = 160 + 4_640 + 100_416
    assert [numbers.groups[one.id].parameters for one in submodels(structure)] == [once, once]
    assert numbers.totals.numbers.parameters == once + 65
    # 28·28·16·9 + 14·14·32·144 + 1568·64, twice, + 64
    macs = 2 * (112_896 + 903_168 + 100_352) + 64
    assert numbers.totals.numbers.macs == macs


def test_that_a_nested_resnet_has_the_papers_stages_inside() -> None:
    structure = structure_of(transfer())
    base, top = submodels(structure)
    titles = [title for _, title in inside(structure, base)]
    assert titles == ["conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x"]
    assert not structure.recognised
    assert [block.title for block in structure.blocks][:3] == ["conv2_1", "conv2_2", "conv3_1"]
    assert (base.id, base.output_shape) == ("resnet18", (None, 7, 7, 512))
    assert top.parent == structure.stages[-1]


def test_that_a_submodel_that_is_all_head_opens_the_head() -> None:
    structure = structure_of(transfer())
    body, head = (structure.by_id[stage] for stage in structure.stages)
    assert (body.kind, head.kind) == ("stage", "head")
    assert {"inputlayer_0", "randomflip_0"} <= set(body.calls)
    assert all(name.startswith("top/") for name in head.calls)


def residual(*, single: bool) -> Graph:
    """Two residual blocks of the Sequential models that people write."""
    net = Net()

    def unit(x: TensorRef) -> TensorRef:
        return net.relu(net.bn(net.conv(x, 16)))

    def two(x: TensorRef) -> TensorRef:
        return unit(unit(x))

    x = net.conv(net.input(32, 32, 3), 16)
    for number in range(2):
        if single:
            y = net.nested(f"b{number}", unit, net.nested(f"a{number}", unit, x))
        else:
            y = net.nested(f"both{number}", two, x)
        x = net.add(x, y)
    return net.graph(net.dense(net.gap(x), 3))


def test_that_a_submodel_of_a_single_unit_is_that_unit() -> None:
    structure = structure_of(residual(single=True))
    assert submodels(structure) == []
    assert [block.block_kind for block in structure.blocks] == ["basic", "basic"]
    first = structure.by_id[structure.blocks[0].children[0].id]
    assert (first.kind, first.title, first.main) == ("unit", "a0", "a0/conv2d_0")
    assert first.calls[0] == "a0/inputlayer_0"


def test_that_a_submodel_may_be_a_residual_blocks_branch() -> None:
    structure = structure_of(residual(single=False))
    assert [one.parent for one in submodels(structure)] == [one.id for one in structure.blocks]
    assert [one.kind for one in structure.shortcuts] == ["identity", "identity"]
    assert structure.shortcuts[0].skipped == submodels(structure)[0].calls
    assert structure.blocks[1].entry == structure.blocks[0].join == "add_0"


@pytest.mark.parametrize(
    ("branch", "kind"),
    [
        (lambda net, x: net.conv(net.conv(x, 16), 16), "basic"),
        (lambda net, x: net.conv(net.conv(net.conv(x, 8, 1), 8), 16, 1), "bottleneck"),
        (lambda net, x: gated(net, net.conv(net.conv(x, 16), 16)), "basic"),
        (lambda net, x: net.concat(net.conv(x, 8), net.conv(x, 8)), "residual"),
    ],
)
def test_that_a_blocks_kind_sees_into_submodels(
    branch: Callable[[Net, TensorRef], TensorRef], kind: str
) -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 16)
    x = net.add(x, net.nested("branch", lambda x: branch(net, x), x))
    structure = structure_of(net.graph(x))
    assert [block.block_kind for block in structure.blocks if block.join == "add_0"] == [kind]


def test_that_a_block_after_a_submodel_has_the_producing_call_as_entry() -> None:
    net = Net()
    x = net.nested("stem", lambda x: net.conv(net.conv(x, 16), 16), net.input(32, 32, 3))
    graph = net.graph(net.add(x, net.conv(net.conv(x, 16), 16)))
    structure = structure_of(graph)
    (shortcut,) = structure.shortcuts
    assert structure.blocks[0].entry == shortcut.entry == "stem/conv2d_1"
    assert shortcut.source == TensorRef("stem/conv2d_1")


def test_that_models_nest_in_models() -> None:
    net = Net()

    def inner(x: TensorRef) -> TensorRef:
        return net.add(x, net.conv(net.conv(x, 3), 3))

    def outer(x: TensorRef) -> TensorRef:
        return net.nested("inner", inner, net.nested("inner", inner, net.conv(x, 3)))

    graph = net.graph(net.nested("outer", outer, net.input(8, 8, 3)))
    structure = structure_of(graph)
    outside, first, second = submodels(structure)
    assert [one.title for one in (outside, first, second)] == ["outer", "inner", "inner"]
    assert (outside.shared, first.shared, second.shared) == (1, 2, 2)
    # The stage around is named after what it holds, whose name comes first.
    assert [one.id for one in structure.ancestors(first.id)] == ["outer#2", "outer", "8×8"]
    assert structure.enclosing_group("outer/inner:1/conv2d_0", "submodel") == "inner#2"


def test_that_each_output_of_a_submodel_has_its_own_size() -> None:
    net = Net()

    def backbone(x: TensorRef) -> tuple[TensorRef, ...]:
        fine = net.conv(net.conv(x, 16), 16, 3, 2)
        return fine, net.conv(net.conv(fine, 32), 32, 3, 2)

    fine, coarse = net.nested("backbone", backbone, net.input(64, 64, 3))
    x = net.add(net.conv(fine, 8, 1), net.upsample(net.conv(coarse, 8, 1), 2))
    structure = structure_of(net.graph(net.conv(x, 8)))
    # The backbone's second output has the size that its 1×1 convolution has: no change between.
    first = [name for name in structure.by_id[structure.stages[0]].calls if "/" not in name]
    assert first == ["inputlayer_0", "conv2d_0", "conv2d_1"]


def test_that_an_augmenting_submodel_takes_the_first_stage() -> None:
    net = Net()

    def augment(x: TensorRef) -> TensorRef:
        flipped = net.call("RandomFlip", x, shape=net.shape(x))
        return net.call("RandomRotation", flipped, shape=net.shape(x))

    x = net.nested("augment", augment, net.input(64, 64, 3), type_="Sequential")
    x = net.conv(net.conv(x, 16, 3, 2), 16)
    structure = structure_of(net.graph(net.dense(net.gap(x), 3)))
    assert [structure.by_id[stage].kind for stage in structure.stages] == ["stage", "head"]
    assert submodels(structure)[0].parent == structure.stages[0]


def test_that_a_call_of_a_model_that_is_not_laid_flat_stays_a_call() -> None:
    net = Net()
    x = net.input(8, 8, 3)
    y = net.call("Functional", net.conv(x, 3), shape=(None, 8, 8, 3))
    structure = structure_of(replace(net.graph(net.add(x, y)), scopes=()))
    assert [block.block_kind for block in structure.blocks] == ["residual"]


def test_that_reports_list_submodels_and_their_sharing() -> None:
    graph = siamese()
    found = report(make_document(ModelFile("siamese.json"), "siamese", graph))
    groups = [group for group in found["groups"] if group["kind"] == "submodel"]
    assert [(group["title"], group["shared"]) for group in groups] == [("encoder", 2)] * 2
    lines = render(found, "text").splitlines()
    assert sum("encoder" in line and "model, shared ×2" in line for line in lines) == 2
