"""Trained networks saved as .keras files, which open again like any other."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from resnet_viz.files import atomic_write, check_target

if TYPE_CHECKING:
    from resnet_viz.engine.experiments.networks.net import Net


def save_net(net: Net, path: Path) -> None:
    """Save the model of ``net`` with its weights, whole or not at all.

    Raises:
        WriteError: the file can't be written.
    """
    check_target(path)
    swapped = net.activation
    try:
        if swapped is not None:
            layer, own = swapped
            logits = layer.activation
            layer.activation = own
        with tempfile.TemporaryDirectory(prefix="resnet-viz-") as folder:
            whole = Path(folder, "model.keras")
            net.model.save(whole)
            with atomic_write(path) as file:
                file.write(whole.read_bytes())
    finally:
        if swapped is not None:
            layer.activation = logits
