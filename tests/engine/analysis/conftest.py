"""Models of keras.applications, each built once in a session and kept in files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.keras.layer_weights import LayerWeights, layer_weights


@pytest.fixture(scope="session")
def keras(_keras_imported: None) -> Any:
    import keras

    return keras


@pytest.fixture(scope="session")
def application(
    tmp_path_factory: pytest.TempPathFactory, _keras_imported: None
) -> Callable[[str], LayerWeights]:
    """The configuration and the weights of a model of keras.applications by name."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # for all workers

    def built(name: str) -> LayerWeights:
        import keras

        path = folder / f"{name}.json"
        if not path.exists():
            with keras.StatelessScope(initialize_variables=False):
                found = layer_weights(getattr(keras.applications, name)(weights=None))
            unfinished = path.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(found._asdict()))
            unfinished.replace(path)
        return LayerWeights(**json.loads(path.read_bytes()))

    return built
