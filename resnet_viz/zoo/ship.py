"""Writes the default architectures into resources: ``python -m resnet_viz.zoo.ship``.

The window reads them at start, so that the first picture needs no TensorFlow.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import keras

from resnet_viz import assets
from resnet_viz.sources.catalog import BUILTIN_NAMES
from resnet_viz.sources.types import BuiltIn
from resnet_viz.zoo.build import build_config

KERAS_VERSION_FILE: Final = "keras-version.txt"


def write_all(folder: Path) -> None:
    """Build every default architecture and write ``NAME.json`` into ``folder``.

    Beside them goes the version of Keras that made them: another one may write other details.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in BUILTIN_NAMES:
        _write(folder / f"{name}.json", build_config(BuiltIn(name)))
    _write(folder / KERAS_VERSION_FILE, f"{keras.__version__}\n".encode())


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105 - replaces the old file at once or not at all


if __name__ == "__main__":
    write_all(assets.root() / "models")
