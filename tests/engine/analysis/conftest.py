"""Configs of all models of keras.applications, each built once in a session and kept in files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


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
