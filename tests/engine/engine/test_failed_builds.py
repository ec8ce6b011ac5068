"""Functions that fail while they build a model: what was built, and where it ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.engine.user_code.failed_builds import failed_build, whole_tracebacks
from resnet_viz.graph.failed_build import FailedBuild
from resnet_viz.graph.integrity import fault_of

pytestmark = pytest.mark.engine


def built(function: Callable[[], Any]) -> FailedBuild | None:
    try:
        with whole_tracebacks():
            function()
    except Exception as error:  # noqa: BLE001 - whatever Keras raises
        return failed_build(error, "")
    raise AssertionError("it did not fail")


def line_of(text: str) -> int:
    lines = Path(__file__).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# {text}"))


def mismatched() -> Any:
    import keras

    image = keras.Input((8, 8, 3), name="image")
    wide = keras.layers.Conv2D(16, 3, padding="same", name="wide")(image)
    small = keras.layers.Conv2D(8, 3, strides=2, padding="same", name="small")(wide)
    side = keras.layers.ReLU(name="side")(image)
    joined = keras.layers.Add(name="sum")([wide, small])  # the join
    return keras.Model([image], [joined, side])


def test_that_all_that_was_built_is_there_with_the_failing_call() -> None:
    build = built(mismatched)
    assert build is not None
    assert fault_of(build.graph) is None
    calls = {call.id: [ref.call for ref in call.inputs] for call in build.graph.calls}
    assert calls == {
        "image": [], "wide": ["image"], "small": ["wide"], "side": ["image"],
        "sum": ["wide", "small"],
    }  # fmt: skip
    assert build.failing.keras_class == "Add"
    assert (build.file, build.line) == (Path(__file__).name, line_of("the join"))
    assert build.sentence == (f"Add can't take 8×8×16 and 4×4×8 ({build.file}, line {build.line})")


def test_that_an_operator_between_tensors_is_a_failing_call_too() -> None:
    def function() -> Any:
        import keras

        image = keras.Input((8, 8, 3), name="image")
        small = keras.layers.Conv2D(3, 3, name="small")(image)
        return keras.Model(image, image + small)  # the plus

    build = built(function)
    assert build is not None
    assert build.line == line_of("the plus")
    assert build.shapes == ("8×8×3", "6×6×3")
    assert [call.id for call in build.graph.calls][:2] == ["image", "small"]


def test_that_a_failing_layer_of_the_users_own_is_the_failing_call() -> None:
    def function() -> Any:
        import keras

        class Picky(keras.layers.Layer):
            def call(self, _x: Any) -> Any:
                raise ValueError("not today")

        image = keras.Input((8, 8, 3), name="image")
        return keras.Model(image, Picky(name="picky")(image))  # the layer

    build = built(function)
    assert build is not None
    assert (build.call, build.line) == ("picky", line_of("the layer"))


@pytest.mark.parametrize("text", ["before any call", "of a constructor"])
def test_that_other_failures_have_no_picture(text: str) -> None:
    def function() -> Any:
        import keras

        if text == "before any call":
            raise RuntimeError("no")
        keras.Input((8,))
        return keras.layers.Dense(-1)

    assert built(function) is None


def test_that_keras_filters_its_tracebacks_again_afterwards() -> None:
    import keras

    built(mismatched)
    assert keras.config.is_traceback_filtering_enabled()
