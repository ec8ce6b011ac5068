"""The catalogue of keras.applications, without Keras."""

from __future__ import annotations

import pytest

from resnet_viz.errors import UsageError
from resnet_viz.sources.buildable import parameters_of, title_of
from resnet_viz.sources.keras_applications import APPLICATION_NAMES, parse_application
from resnet_viz.sources.parameters import ArchitectureParameters
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import Application


def test_that_there_are_forty_models() -> None:
    assert len(APPLICATION_NAMES) == 40
    assert {"ResNet50", "EfficientNetV2L", "NASNetLarge", "Xception"} <= set(APPLICATION_NAMES)


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_that_every_model_is_a_source_that_reads_back(name: str) -> None:
    source = parse_source(f"keras:{name}")
    assert source == Application(name)
    assert parse_source(str(source)) == source


def test_that_defaults_are_left_out_and_the_rest_is_canonical() -> None:
    source = parse_application("keras:EfficientNetB1?classes=1000&input=240,240,3")
    assert source == Application("EfficientNetB1")
    source = parse_application("ResNet50?input=160 x 160 x 3&classes=10")
    assert str(source) == "keras:ResNet50?classes=10&input=160x160x3"
    assert parameters_of(source) == ArchitectureParameters(input=(160, 160, 3), classes=10)
    assert title_of(source) == "ResNet50 (160×160×3, 10 classes)"
    assert title_of(Application("VGG16")) == "VGG16"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("keras:ResNt50", "keras:ResNet50"),
        ("keras:resnet50", "did you mean keras:ResNet50"),
        ("keras:", '"resnet-viz models" lists them all'),
        ("keras:Unheard?classes=3", "no model in keras.applications named"),
        ("keras:VGG16?shortcut=A", "no parameter of VGG16"),
        ("keras:VGG16?classes=0", "whole numbers"),
        ("keras:VGG16?classes", "has no value"),
        ("keras:VGG16?classes=1&classes=2", "given twice"),
        ("keras:Xception?input=70x99x3", "needs at least 71×71"),
        ("keras:VGG16?input=224", "height, width and channels"),
    ],
)
def test_that_what_keras_has_not_is_wrong_usage(text: str, part: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_source(text)
    assert part in caught.value.message
    assert "\n" not in caught.value.message
