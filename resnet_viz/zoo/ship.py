"""Write the default architectures into resources: ``python -m resnet_viz.zoo.ship``.

The window reads them at start, so that the first picture needs no TensorFlow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import keras

from resnet_viz import assets
from resnet_viz.files import atomic_write
from resnet_viz.sources.catalog import BUILTIN_NAMES
from resnet_viz.sources.types import BuiltIn
from resnet_viz.zoo.build import build_config

KERAS_VERSION_FILE: Final = "keras-version.txt"


def write_all(folder: Path) -> None:
    """Build every default architecture and write ``NAME.json`` into ``folder``.

    The version of Keras goes beside them: another one may write other details.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in BUILTIN_NAMES:
        with atomic_write(folder / f"{name}.json") as file:
            file.write(build_config(BuiltIn(name)))
    (folder / KERAS_VERSION_FILE).write_text(f"{keras.__version__}\n")


if __name__ == "__main__":
    write_all(assets.root() / "models")
