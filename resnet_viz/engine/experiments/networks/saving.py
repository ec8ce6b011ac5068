"""Trained networks saved as .keras files, which open again like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_viz.files import atomic_write, check_target

if TYPE_CHECKING:
    from pathlib import Path

    from resnet_viz.engine.experiments.networks.net import Net


def save_net(net: Net, path: Path) -> None:
    """Save the model of ``net`` with its weights, whole or not at all.

    Raises:
        WriteError: the file can't be written.
    """
    from keras.src.saving.saving_lib import save_model  # unlike Model.save it takes an open file

    check_target(path)
    swapped = net.activation
    try:
        if swapped is not None:
            layer, own = swapped
            logits = layer.activation
            layer.activation = own
        with atomic_write(path) as file:
            save_model(net.model, file)
    finally:
        if swapped is not None:
            layer.activation = logits
