"""Partners of calls, groups and shortcuts in the other model."""

from __future__ import annotations

from resnet_viz.comparison.compare import compare
from resnet_viz.comparison.partners import Partners
from tests.support.reports import builtin_document

A, B = builtin_document("resnet34", "ResNet-34"), builtin_document("tutorial_resnet34", "Tutorial")


def test_that_groups_and_shortcuts_find_each_other() -> None:
    comparison = compare(A, B)
    there, back = Partners(comparison), Partners(comparison, mirrored=True)
    assert there.groups["conv3_1"] == "block3_block_1__residual"
    assert back.groups["block3_block_1__residual"] == "conv3_1"
    assert len(there.shortcuts) == 16
    assert {back.shortcuts[other]: other for other in there.shortcuts.values()} == there.shortcuts


def test_that_what_is_alone_has_no_partner() -> None:
    comparison = compare(A, builtin_document("plain34", "Plain-34"))
    partners = Partners(comparison)
    assert partners.shortcuts == {}
    assert "conv2_1_add" not in partners.calls
    assert partners.calls["fc"] == "fc"
