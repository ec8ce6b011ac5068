"""Comparisons of models of keras.applications with each other and with ours."""

from __future__ import annotations

from typing import Any

import pytest

import resnet_viz

pytestmark = pytest.mark.engine

# Tan and Le 2019: depth coefficient 1.1; Keras rounds up the repeats 1, 2, 2, 3, 3, 4, 1.
ADDED = {"block1b", "block2c", "block3c", "block4d", "block5d", "block6e", "block7b"}


def test_that_efficientnet_b1_is_b0_with_a_block_more_in_each_stage(keras: Any) -> None:
    a, b = (
        getattr(keras.applications, name)(weights=None, input_shape=(224, 224, 3))
        for name in ("EfficientNetB0", "EfficientNetB1")
    )
    comparison = resnet_viz.diff(a, b)
    added = [each for each in comparison.differences if each.change == "added"]
    assert {each.b for each in added} == ADDED
    assert {each.level for each in added} == {"block"}
    changed = [each for each in comparison.differences if each.change == "changed"]
    assert {name for each in changed for name in each.fields} == {"rate"}  # of dropping branches
    assert len(comparison.differences) == len(ADDED) + len(changed) == 7 + 9
    assert sum(each.delta["parameters"] or 0 for each in added) == b.count_params() - (
        a.count_params()
    )


def test_that_keras_resnet_50_strides_elsewhere_than_the_papers(keras: Any) -> None:
    comparison = resnet_viz.diff(keras.applications.ResNet50(weights=None), "resnet50")
    strides = [each for each in comparison.differences if "strides" in each.fields]
    assert len(strides) == 6  # two convolutions in each of three blocks
    lost = [each.a for each in comparison.differences if each.change == "removed"]
    assert lost == ["conv1_pad", "pool1_pad"]
    assert comparison.shortcuts.added == comparison.shortcuts.removed == ()
    assert comparison.shortcuts.changed == ()
    delta = comparison.to_dict()["totals_delta"]
    assert delta["macs"] == 4_089_184_256 - 3_857_973_248
    assert delta["parameters"] == -53_120 // 2  # a bias for each scale of a normalisation
