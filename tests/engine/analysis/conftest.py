"""Configs of all models of keras.applications, each built once in a session and kept in files."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def _keras_imported() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow's own, at import
        import keras  # noqa: F401

    gc.freeze()  # clear_session collects garbage, and TensorFlow's objects are many


@pytest.fixture(autouse=True)
def _fresh_session(_keras_imported: None) -> Iterator[None]:
    import keras

    keras.utils.clear_session()
    yield
    keras.utils.clear_session()


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """The config of a model of keras.applications by name."""
    folder: Path = tmp_path_factory.mktemp("applications")

    def config(name: str) -> bytes:
        import keras

        path = folder / f"{name}.json"
        if not path.exists():
            with keras.StatelessScope(initialize_variables=False):
                path.write_text(getattr(keras.applications, name)(weights=None).to_json())
        return path.read_bytes()

    return config
