"""The 40 models of keras.applications: the catalogue, every shape, and the rules alone."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from resnet_viz.engine.inspection import live_tensors
from resnet_viz.sources.buildable import parameters_of
from resnet_viz.sources.keras_applications import APPLICATION_NAMES, find_application
from resnet_viz.sources.parameters import ArchitectureParameters
from resnet_viz.sources.types import Application
from tests.support.keras.reader_comparison import check
from tests.support.model_files.inference import inferred_outputs

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


def functions() -> dict[str, Any]:
    import keras

    found = inspect.getmembers(keras.applications, inspect.isfunction)
    return {name: function for name, function in found if name[:1].isupper()}


def test_that_the_catalogue_names_what_keras_has() -> None:
    assert set(APPLICATION_NAMES) == set(functions())
    assert len(APPLICATION_NAMES) == 40
    for function in functions().values():
        parameters = inspect.signature(function).parameters
        assert parameters["classes"].default == 1000
        assert {"weights", "include_top", "input_shape"} <= set(parameters)


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_that_every_shape_is_keras_own_and_the_rules_know_all(name: str) -> None:
    import keras

    from resnet_viz.zoo.build import build

    with keras.StatelessScope(initialize_variables=False):
        if name.startswith("MobileNetV3"):  # which take any size unless told
            model = build(Application(name))
        else:
            model = functions()[name](weights=None)
            assert model.input_shape == (None, *parameters_of(Application(name)).input)
        graph = check(model)
        theirs = live_tensors(model)
    assert {call.id: call.outputs for call in graph.calls} == theirs
    # The rules alone give all of it, as for a Keras 2 file, which records nothing.
    assert inferred_outputs(graph) == theirs


# One of each family: depth and width do not change the smallest input.
FAMILIES = (
    "ConvNeXtTiny", "DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "InceptionResNetV2",
    "InceptionV3", "MobileNet", "MobileNetV2", "MobileNetV3Small", "NASNetMobile", "ResNet50",
    "ResNet50V2", "VGG16", "Xception",
)  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_that_the_smallest_input_builds_and_one_less_does_not(name: str) -> None:
    import keras

    least = find_application(name).minimum
    with keras.StatelessScope(initialize_variables=False):
        functions()[name](weights=None, input_shape=(least, least, 3), classes=2)
        if name.startswith("MobileNetV3"):
            return  # Keras lets it have less, down to nothing
        with pytest.raises(ValueError, match="at least"):
            functions()[name](weights=None, input_shape=(least - 1, least - 1, 3), classes=2)


def test_that_parameters_reach_keras() -> None:
    import keras

    from resnet_viz.zoo.build import build

    source = Application("ResNet50", (("classes", "7"), ("input", "96x64x1")))
    assert parameters_of(source) == ArchitectureParameters(input=(96, 64, 1), classes=7)
    with keras.StatelessScope(initialize_variables=False):
        model = build(source)
    assert model.input_shape == (None, 96, 64, 1)
    assert model.output_shape == (None, 7)
