"""Explanations of every number: value, formula, convention and source."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.memory.memory import memory_of
from resnet_viz.analysis.explain.conventions import CONVENTIONS
from resnet_viz.analysis.explain.explanations import (
    Explanation,
    explain_call,
    explain_group,
    explain_totals,
)
from resnet_viz.analysis.structure.detect import structure_of
from tests.support.graphs import architectures as nets
from tests.support.graphs.shipped import shipped

pytestmark = pytest.mark.long


def explained(found: tuple[Explanation, ...]) -> dict[str, tuple[str, str]]:
    for each in found:
        assert each.convention == CONVENTIONS[each.name].text
        assert each.source
        assert each.label
    return {each.name: (each.value, each.formula) for each in found}


def test_that_every_number_of_a_call_opens_to_its_formula() -> None:
    structure = structure_of(shipped("resnet34"))
    numbers = numbers_of(structure)
    found = explained(explain_call(structure, numbers, "conv3_1_conv_a"))
    assert found["parameters"] == ("73,728", "3·3·64·128 = 73,728")
    assert found["macs"] == ("57,802,752", "3·3·64·128·28·28 = 57,802,752")
    assert found["flops"] == ("115,605,504", "2·57,802,752 = 115,605,504")
    assert found["other_ops"] == ("·", "")
    assert found["output_elements"] == ("100,352", "28·28·128 = 100,352")
    assert found["receptive_field"] == ("67×67", "59 + (3 − 1)·4 = 67")
    assert found["jump"] == ("8×8", "4·2 = 8")
    assert found["field_start"][0].startswith("−")
    assert found["output_bytes"] == ("401,408", "28·28·128·4 B = 401,408 B")
    assert found["weight_bytes"] == ("294,912", "73,728·4 B = 294,912 B")
    moved = 294_912 + 802_816 + 401_408
    assert found["intensity"][0] == f"{57_802_752 / moved:.2f}"


def test_that_the_formula_of_a_join_takes_the_widest_branch() -> None:
    structure = structure_of(shipped("resnet34"))
    found = explained(explain_call(structure, numbers_of(structure), "conv3_1_add"))
    assert found["receptive_field"] == ("83×83", "max(83, 59) = 83")
    assert found["macs"] == ("·", "")


def test_that_groups_and_the_model_open_too() -> None:
    structure = structure_of(shipped("resnet34"))
    numbers = numbers_of(structure)
    many = memory_of(structure, numbers, batch=32, dtype="float16")
    block = explained(explain_group(structure, numbers, "conv3_1", many))
    assert block["macs"][0] == "179,830,784"
    assert block["kept_bytes"][0] == f"{9 * 28 * 28 * 128 * 2 * 32:,}"
    whole = explained(explain_totals(structure, numbers))
    assert whole["flops"] == ("7,327,522,816", "2·3,663,761,408 = 7,327,522,816")
    assert whole["peak_bytes"][0] == f"{2 * 112 * 112 * 64 * 4:,}"
    assert "receptive_field" not in whole


def test_that_unknown_numbers_are_dashes_and_bounds_say_so() -> None:
    structure = structure_of(nets.edsr(2))
    numbers = numbers_of(structure)
    found = explained(explain_call(structure, numbers, "conv2d_1"))
    assert found["macs"] == ("–", "")
    assert found["output_bytes"] == ("–", "")
    assert found["parameters"][0] == f"{9 * 64 * 64 + 64:,}"
    assert explained(explain_totals(structure, numbers))["macs"][0] == "–"


@pytest.mark.parametrize(
    "graph", [nets.transformer(1), nets.unet(2), nets.inception(), nets.squeeze_excite()]
)
def test_that_every_call_and_group_can_be_explained(graph: object) -> None:
    structure = structure_of(graph)  # type: ignore[arg-type]
    numbers = numbers_of(structure)
    for call in structure.graph.calls:
        explained(explain_call(structure, numbers, call.id))
    for group in structure.groups:
        explained(explain_group(structure, numbers, group.id))
