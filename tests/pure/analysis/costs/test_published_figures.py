"""Parameters, MACs and receptive fields against published figures, to the last digit."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import GroupNumbers, Numbers
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph
from tests.support.graphs import architectures as nets
from tests.support.graphs.shipped import shipped


def analysed(graph: Graph) -> tuple[Structure, Numbers]:
    structure = structure_of(graph)
    return structure, numbers_of(structure)


def totals(graph: Graph) -> GroupNumbers:
    return analysed(graph)[1].totals.numbers


@pytest.mark.parametrize(
    ("graph", "trainable", "fixed", "macs"),
    [
        (shipped("resnet18"), 11_689_512, 9_600, 1_814_073_344),
        (shipped("resnet34"), 21_797_672, 17_024, 3_663_761_408),
        (shipped("resnet50"), 25_557_032, 53_120, 4_089_184_256),
        (shipped("resnet101"), 44_549_160, 105_344, 7_801_405_440),
        (shipped("resnet152"), 60_192_808, 151_424, 11_513_626_624),
        (shipped("plain34"), 21_623_848, 15_232, 3_644_493_824),
        (nets.resnet(34, shortcut="A"), 21_623_848, 15_232, 3_644_493_824),
        (nets.resnet(34, shortcut="C"), 22_716_840, 22_784, 3_830_747_136),
        (nets.keras_resnet50(), 25_583_592, 53_120, 3_857_973_248),
        (shipped("tutorial_resnet34"), 22_705_448, 0, 224_919_552),
        # Keras's own summaries: 138,357,544; 8,062,504; 3,538,984; 25,613,800
        (nets.vgg16(), 138_357_544, 0, 15_470_264_320),
        (nets.densenet121(), 7_978_856, 83_648, 2_834_161_664),
        (nets.mobilenet_v2(), 3_504_872, 34_112, 300_774_272),
        (nets.resnet_v2(50), 25_568_360, 45_440, 3_482_255_360),
    ],
)
def test_that_totals_are_the_published_ones(
    graph: Graph, trainable: int, fixed: int, macs: int
) -> None:
    found = totals(graph)
    assert (found.trainable_parameters, found.non_trainable_parameters) == (trainable, fixed)
    assert found.parameters == trainable + fixed
    assert found.macs == macs
    assert not found.parameters_at_least
    assert not found.macs_at_least


STAGES_34 = {
    "conv1": ((None, 112, 112, 64), 9_536, 118_013_952, 7, 2),
    "conv2_x": ((None, 56, 56, 64), 221_952, 693_633_024, 59, 4),
    "conv3_x": ((None, 28, 28, 128), 1_116_416, 873_463_808, 179, 8),
    "conv4_x": ((None, 14, 14, 256), 6_822_400, 1_335_885_824, 547, 16),
    "conv5_x": ((None, 7, 7, 512), 13_114_368, 642_252_800, 899, 32),
}


def test_that_resnet34_has_the_published_stages() -> None:
    structure, numbers = analysed(shipped("resnet34"))
    for title, (shape, trainable, macs, field, jump) in STAGES_34.items():
        assert structure.by_id[title].output_shape == shape
        found = numbers.groups[title]
        assert (found.trainable_parameters, found.macs) == (trainable, macs)
        assert (found.receptive_field, found.jump) == ((field, field), (jump, jump))
    head = numbers.groups["head"]
    assert (head.parameters, head.macs, head.receptive_field) == (513_000, 512_000, None)
    assert structure.by_id["head"].output_shape == (None, 1000)


@pytest.mark.parametrize(
    ("graph", "fields"),
    [
        (shipped("resnet18"), (7, 43, 99, 211, 435)),
        (shipped("resnet34"), (7, 59, 179, 547, 899)),
        (nets.resnet(50), (7, 35, 91, 267, 427)),
        (nets.resnet(50, stride_on="1x1"), (7, 35, 99, 291, 483)),
    ],
)
def test_that_receptive_fields_of_stages_are_the_published_ones(
    graph: Graph, fields: tuple[int, ...]
) -> None:
    structure, numbers = analysed(graph)
    found = [numbers.groups[stage] for stage in structure.stages[:-1]]
    assert [one.receptive_field for one in found] == [(field, field) for field in fields]
    assert [one.jump for one in found] == [(jump, jump) for jump in (2, 4, 8, 16, 32)]
    assert numbers.groups["max pool"].receptive_field == (11, 11)


def test_that_resnet34s_fields_grow_block_by_block() -> None:
    structure, numbers = analysed(shipped("resnet34"))
    fields = [numbers.groups[block.id].receptive_field for block in structure.blocks]
    expected = [27, 43, 59, 83, 115, 147, 179, 227, 291, 355, 419, 483, 547, 643, 771, 899]
    assert fields == [(one, one) for one in expected]


@pytest.mark.parametrize(
    ("size", "macs"),
    [
        (32, 75_272_192),
        (64, 299_552_768),
        (128, 1_196_675_072),
        (224, 3_663_761_408),
        (299, 6_836_333_312),
        (512, 19_139_121_152),
    ],
)
def test_that_macs_follow_the_input_size_and_parameters_do_not(size: int, macs: int) -> None:
    structure, numbers = analysed(nets.resnet(34, size=size))
    assert numbers.totals.numbers.macs == macs
    assert numbers.totals.numbers.trainable_parameters == 21_797_672
    assert structure.recognised


def test_that_blocks_have_the_boards_macs() -> None:
    structure, numbers = analysed(shipped("resnet34"))
    macs = [numbers.groups[block.id].macs for block in structure.blocks]
    assert macs.count(231_211_008) == 13
    assert macs.count(179_830_784) == 3


def test_that_a_projection_costs_its_convolution_and_its_normalisation() -> None:
    structure, numbers = analysed(shipped("resnet34"))
    (shortcut,) = structure.shortcuts_by_block["conv3_1"]
    found = numbers.shortcuts[shortcut.id]
    assert (found.trainable_parameters, found.non_trainable_parameters) == (8_192 + 256, 256)
    assert found.macs == 64 * 128 * 28 * 28


def test_that_formulas_say_how_numbers_follow() -> None:
    structure, numbers = analysed(shipped("resnet34"))
    first = structure.by_id["conv3_1"].children[0].id
    main = structure.by_id[first].main
    assert main is not None
    found = numbers.calls[main]
    assert found.macs_formula == "3·3·64·128·28·28 = 57,802,752"
    assert found.parameters_formula == "3·3·64·128 = 73,728"
    assert found.size_formula == "⌈56 / 2⌉ = 28"
    assert numbers.calls["fc"].parameters_formula == "512·1000 + 1000 = 513,000"


def test_that_a_field_is_missing_from_the_head_on() -> None:
    structure, numbers = analysed(shipped("resnet34"))
    for name in structure.by_id["head"].calls:
        assert numbers.calls[name].receptive_field is None
        assert numbers.calls[name].jump is None
    assert numbers.calls["input"].receptive_field == (1, 1)


def test_that_a_tutorial_field_doubles_with_every_unit() -> None:
    # A unit of stride 2 at jump j adds 2j and then 2·2j; jumps are 4, 8, 16, ...
    structure, numbers = analysed(shipped("tutorial_resnet34"))
    field, jump = 11, 4
    for block in structure.blocks:
        field, jump = field + 2 * jump + 2 * (2 * jump), 2 * jump
        assert numbers.groups[block.id].receptive_field == (field, field)
        assert numbers.groups[block.id].jump == (jump, jump)


def test_that_a_blocks_outputs_are_counted_once_for_every_call() -> None:
    # The board: conv3_1 has nine outputs of 28·28·128 values.
    structure, numbers = analysed(shipped("resnet34"))
    assert len(structure.by_id["conv3_1"].calls) == 9
    assert numbers.groups["conv3_1"].output_elements == 9 * 28 * 28 * 128
    assert numbers.calls["fc"].output_elements == 1000
