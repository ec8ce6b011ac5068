"""Live models of sources of every kind."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resnet_viz.engine.tracing import trace_model
from resnet_viz.errors import AppError
from resnet_viz.sources.parse import parse_source
from tests.support.keras.live_models import build_source

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


def residual(keras: Any, **options: Any) -> Any:
    layers = keras.layers
    inputs = keras.Input((6, 6, 2), name="image")
    y = layers.Conv2D(2, 3, padding="same", name="a", **options)(inputs)
    return keras.Model(inputs, layers.Add(name="sum")([inputs, y]), name="mine")


def save(model: Any, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's own, about HDF5 and about NumPy
        model.save(path)


def output(model: Any) -> Any:
    return np.asarray(model(np.ones((1, 6, 6, 2), "float32")))


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_that_a_file_is_built_with_its_weights(suffix: str, keras: Any, tmp_path: Path) -> None:
    model = residual(keras)
    save(model, tmp_path / f"m.{suffix}")
    built = build_source(parse_source(f"m.{suffix}"), folder=str(tmp_path))
    assert np.array_equal(output(built), output(model))
    shorter = build_source(parse_source(f"m.{suffix} - shortcuts"), folder=str(tmp_path))
    assert np.allclose(output(shorter), output(model) - 1, atol=1e-6)  # the input was 1


def test_that_json_is_built_with_initial_weights(keras: Any, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(residual(keras).to_json())
    built = build_source(parse_source("m.json - shortcuts"), folder=str(tmp_path))
    assert [call.id for call in trace_model(built).calls] == ["image", "a"]


def test_that_a_file_with_code_is_refused(keras: Any, tmp_path: Path) -> None:
    layers = keras.layers
    inputs = keras.Input((2,))
    save(keras.Model(inputs, layers.Lambda(lambda value: value * 2)(inputs)), tmp_path / "m.keras")
    with pytest.raises(
        AppError, match="its code is not run, so it can't be built; name a function"
    ):
        build_source(parse_source("m.keras"), folder=str(tmp_path))


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("cifar_resnet20 - shortcuts", 60),
        ("keras:MobileNetV2?input=32x32x3&classes=2 - shortcuts", 146),
    ],
)
def test_that_what_has_a_name_is_built(text: str, layers: int) -> None:
    assert len(build_source(parse_source(text)).layers) == layers


def test_that_a_users_function_is_called(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        "import keras\n"
        "def build():\n"
        "    x = keras.Input((4,), name='x')\n"
        "    y = keras.layers.Dense(4, name='d')(x)\n"
        "    return keras.Model(x, keras.layers.Add()([x, y]))\n"
    )
    model = build_source(parse_source("nets.py:build - shortcuts"), folder=str(tmp_path))
    assert [layer.name for layer in model.layers] == ["x", "d"]
