"""Keras itself, imported once and quietly, and a fresh name space for every test."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

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
