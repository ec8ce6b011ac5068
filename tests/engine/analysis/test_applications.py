"""Structure of keras.applications, compared with a census that enumerates paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.problems.find import problems_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.wording.captions import block_captions
from resnet_viz.reading.read import read_config
from resnet_viz.sources.keras_applications import APPLICATION_NAMES
from tests.support.graphs.path_census import census
from tests.support.keras.layer_weights import LayerWeights

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_that_blocks_and_shortcuts_are_those_of_the_path_census(
    name: str, application: Callable[[str], LayerWeights]
) -> None:
    graph = read_config(application(name).config.encode(), where=name)
    structure = structure_of(graph)
    expected = census(graph)
    with_join = [block for block in structure.blocks if block.join is not None]
    blocks = Counter(block.block_kind for block in with_join if block.block_kind != "gate")
    expected.blocks.pop("gate", None)  # those in blocks without a shortcut are no blocks
    if any(group.kind == "cell" for group in structure.groups):
        expected.blocks["parallel"] -= 1  # the first cell, which alone has a single input
    assert blocks == expected.blocks
    shortcuts = Counter(each.kind for each in structure.shortcuts if not each.long)
    assert shortcuts == expected.shortcuts
    assert Counter(each.kind for each in structure.shortcuts if each.long) == expected.long


# Blocks with a shortcut as the papers' tables have them: all blocks of a stage but those that
# change size or width (MobileNets, EfficientNets), or all with a projection in each stage's first.
PAPERS = {
    "ResNet50": 3 + 4 + 6 + 3,
    "ResNet101": 3 + 4 + 23 + 3,
    "ResNet152": 3 + 8 + 36 + 3,
    "ResNet152V2": 3 + 8 + 36 + 3,
    "DenseNet121": 6 + 12 + 24 + 16,
    "DenseNet169": 6 + 12 + 32 + 32,
    "DenseNet201": 6 + 12 + 48 + 32,
    "ConvNeXtTiny": 3 + 3 + 9 + 3,
    "ConvNeXtBase": 3 + 3 + 27 + 3,
    "MobileNetV2": 17 - 7,
    "MobileNetV3Large": 15 - 5,
    "MobileNetV3Small": 11 - 5,
    "EfficientNetB0": 1 + 2 + 2 + 3 + 3 + 4 + 1 - 7,
    "EfficientNetB3": 2 + 3 + 3 + 5 + 5 + 6 + 2 - 7,
    "EfficientNetB7": 4 + 7 + 7 + 10 + 10 + 13 + 4 - 7,
    "EfficientNetV2S": 2 + 4 + 4 + 6 + 9 + 15 - 5,
    "EfficientNetV2L": 4 + 7 + 7 + 10 + 19 + 25 + 7 - 6,
    "InceptionResNetV2": 10 + 20 + 10,
    "Xception": 14 - 2,
    "VGG16": 0,
    "InceptionV3": 0,
}


# Rows of the papers' tables times their repeats: all blocks, with and without a shortcut.
# EfficientNetV2's first row is a single convolution, a block only where it has a shortcut.
ALL_BLOCKS = {
    "MobileNet": 13,  # Table 1 of Howard et al. 2017: so many depthwise rows
    "MobileNetV2": 1 + 2 + 3 + 4 + 3 + 3 + 1,
    "MobileNetV3Large": 15,
    "MobileNetV3Small": 11,
    "EfficientNetB0": 1 + 2 + 2 + 3 + 3 + 4 + 1,
    "EfficientNetB3": 2 + 3 + 3 + 5 + 5 + 6 + 2,
    "EfficientNetB7": 4 + 7 + 7 + 10 + 10 + 13 + 4,
    "EfficientNetV2S": 2 + 4 + 4 + 6 + 9 + 15,
    "EfficientNetV2B0": 2 + 2 + 3 + 5 + 8,
    "Xception": 14 - 1,
    "VGG19": 0,
    "ResNet50": 3 + 4 + 6 + 3,
}


@pytest.mark.parametrize(("name", "normal"), [("NASNetLarge", 18), ("NASNetMobile", 12)])
def test_that_nasnets_have_their_normal_and_four_reduction_cells(
    name: str, normal: int, application: Callable[[str], LayerWeights]
) -> None:
    structure = structure_of(read_config(application(name).config.encode(), where=name))
    cells = [group for group in structure.groups if group.kind == "cell"]
    kinds = Counter(cell.title.rpartition(" ")[0] for cell in cells)
    # N = 6 or 4 normal cells, three times; two reduction cells between and two in the stem.
    assert kinds == {"normal cell": normal, "reduction cell": 4}
    inside = {call for cell in cells for call in cell.calls}
    outside = [call.type for call in structure.graph.calls if call.id not in inside]
    assert outside == [
        "InputLayer", "Conv2D", "BatchNormalization", "Activation", "GlobalAveragePooling2D",
        "Dense",
    ]  # fmt: skip


def test_that_inception_v3_has_eleven_blocks_of_which_two_halve(
    application: Callable[[str], LayerWeights],
) -> None:
    structure = structure_of(
        read_config(application("InceptionV3").config.encode(), where="InceptionV3")
    )
    lines = [block_captions(structure, block)[0] for block in structure.blocks]
    halved = [line for line in lines if line.endswith("/2")]
    assert (len(lines), halved) == (11, ["3 branches, /2", "3 branches, /2"])


@pytest.mark.parametrize("name", ALL_BLOCKS)
def test_that_there_are_as_many_blocks_as_in_the_paper(
    name: str, application: Callable[[str], LayerWeights]
) -> None:
    structure = structure_of(read_config(application(name).config.encode(), where=name))
    assert len(structure.blocks) == ALL_BLOCKS[name]
    kinds = {block.block_kind for block in structure.blocks if block.join is None}
    if name == "MobileNet":
        assert kinds == {"separable"}
    else:
        assert kinds <= {"inverted_bottleneck", "residual"}


@pytest.mark.parametrize("name", PAPERS)
def test_that_there_are_as_many_shortcuts_as_in_the_paper(
    name: str, application: Callable[[str], LayerWeights]
) -> None:
    structure = structure_of(read_config(application(name).config.encode(), where=name))
    assert sum(shortcut.kind != "gate" for shortcut in structure.shortcuts) == PAPERS[name]


@pytest.mark.parametrize("name", ["InceptionResNetV2", "Xception"])
def test_that_a_last_block_that_is_linear_in_the_paper_is_no_problem(
    name: str, application: Callable[[str], LayerWeights]
) -> None:
    structure = structure_of(read_config(application(name).config.encode(), where=name))
    problems = problems_of(structure, numbers_of(structure))
    assert not [problem for problem in problems if problem.severity == "warning"]
