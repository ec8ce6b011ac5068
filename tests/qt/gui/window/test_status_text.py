"""The status bar's and the tool bar's sentences, against the facts."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.costs.types import GroupNumbers
from resnet_viz.document import Document, make_document
from resnet_viz.gui.window import status_text as texts
from resnet_viz.sources.types import ModelFile
from tests.qt.gui.conftest import document_of
from tests.support.graphs import architectures, submodels


def test_that_the_totals_read_as_on_the_board(resnet34: Document) -> None:
    assert texts.totals(resnet34) == (
        "34 weighted layers",
        "16 blocks: 13 identity, 3 projection",
        "21,797,672 trainable + 17,024 non-trainable parameters",
        "3,663,761,408 MACs",
    )


@pytest.mark.parametrize(
    ("name", "blocks", "macs"),
    [
        ("plain34", "0 blocks", "3,644,493,824 MACs"),
        ("tutorial_resnet34", "16 blocks: 16 pooled", "224,919,552 MACs"),
        ("resnet50", "16 blocks: 12 identity, 4 projection", "4,089,184,256 MACs"),
    ],
)
def test_that_blocks_are_counted_by_kind(name: str, blocks: str, macs: str) -> None:
    found = texts.totals(document_of(name))
    assert found[1] == blocks
    assert found[3] == macs


def test_that_the_engine_is_named_with_its_device() -> None:
    assert texts.engine_text("ready", "TensorFlow 2.21 · CPU") == "TensorFlow 2.21 · CPU · ready"
    assert texts.engine_text("busy", "TensorFlow 2.21 · CPU", doing="building") == (
        "TensorFlow 2.21 · CPU · building"
    )
    assert texts.engine_text("importing", "") == "TensorFlow · starting"
    assert texts.engine_text("missing", "") == "TensorFlow is not available"


def test_that_the_picker_says_title_and_input(resnet34: Document) -> None:
    assert texts.picker_title(resnet34) == "ResNet-34"
    assert texts.input_text(resnet34) == "224×224×3"


def test_that_inputs_of_submodels_are_none_of_the_models() -> None:
    transfer = make_document(ModelFile("x.keras"), "x", submodels.transfer())
    assert texts.input_text(transfer) == "224×224×3"
    siamese = make_document(ModelFile("x.keras"), "x", submodels.siamese())
    assert texts.input_text(siamese).count(",") == 1


def test_that_parameters_of_which_a_file_tells_no_split_are_told_whole() -> None:
    def sums(whole: int, trainable: int, fixed: int, *, least: bool = False) -> GroupNumbers:
        return GroupNumbers(whole, trainable, fixed, 0, parameters_at_least=least)

    assert texts.parameters_text(sums(84, 10, 0)) == "84 parameters, ≥ 10 trainable"
    assert texts.parameters_text(sums(84, 0, 0, least=True)) == "≥ 84 parameters"
    assert texts.parameters_text(sums(12, 10, 2, least=True)) == (
        "≥ 10 trainable + 2 non-trainable parameters"
    )


def test_that_the_kinds_of_blocks_add_up_and_gates_inside_are_counted_apart() -> None:
    model = make_document(ModelFile("x.keras"), "x", architectures.mobilenet_v2())
    assert texts.blocks_text(model) == "17 blocks: 10 identity, 7 no shortcut"  # the paper's
    gated = make_document(ModelFile("x.keras"), "x", architectures.squeeze_excite())
    blocks, _, rest = texts.blocks_text(gated).partition("; ")
    counts = [int(word) for word in blocks.replace(":", "").split() if word.isdigit()]
    assert counts[0] == sum(counts[1:])
    assert rest.endswith("inside")


def test_that_long_shortcuts_are_counted_apart() -> None:
    unet = make_document(ModelFile("x.keras"), "x", architectures.unet(4))
    assert texts.blocks_text(unet) == "0 blocks; 4 long shortcuts"
