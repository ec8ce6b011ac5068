"""Conditions of ``--fail-on``."""

from __future__ import annotations

import pytest

from resnet_viz.comparison.compare import compare
from resnet_viz.comparison.conditions import parse_conditions
from resnet_viz.errors import UsageError
from tests.support.reports import builtin_document

SAME = compare(builtin_document("resnet34", "ResNet-34"), builtin_document("resnet34", "ResNet-34"))
PLAIN = compare(builtin_document("resnet34", "ResNet-34"), builtin_document("plain34", "Plain-34"))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("shortcuts", True),
        ("any", True),
        ("parameters", True),
        ("parameters<0.8%", True),  # 175,616 of 21,814,696 are 0.805 %
        ("parameters<1%", False),
        ("parameters>0", False),
        ("macs<19_267_583", True),  # 19,267,584 fewer
        ("macs<19_267_584", False),
        ("weighted-layers", False),
        ("output-shape", False),
        ("input-shape", False),
    ],
)
def test_that_a_condition_holds_for_plain_34(condition: str, holds: bool) -> None:
    (parsed,) = parse_conditions(condition)
    assert parsed.holds(PLAIN) is holds
    assert not parsed.holds(SAME)


def test_that_conditions_are_separated_by_commas() -> None:
    assert [each.name for each in parse_conditions("shortcuts, macs>1%,")] == ["shortcuts", "macs"]


@pytest.mark.parametrize("word", ["parameter", "macs>", "macs>x", "shortcuts>1", "macs=1", "a b"])
def test_that_a_wrong_condition_is_one_sentence(word: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_conditions(word)
    assert error.value.message.endswith((".", "?"))
