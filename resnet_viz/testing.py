"""Assertions on architectures for a project's own tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from resnet_viz.errors import AppError

if TYPE_CHECKING:
    from resnet_viz.api import Model

__all__ = ["assert_same_architecture"]

UPDATE = "RESNET_VIZ_UPDATE_SNAPSHOTS"
"""Environment variable that makes ``assert_same_architecture`` write snapshots anew."""


def assert_same_architecture(
    model: Model, snapshot: str | os.PathLike[str], *, with_trainable: bool = False
) -> None:
    """Assert that a model has the architecture of a snapshot.

    With the environment variable RESNET_VIZ_UPDATE_SNAPSHOTS=1 the snapshot is written instead.

    Args:
        model: as for ``resnet_viz.analyze``: a live Keras model, a path, a source.
        snapshot: the file that ``resnet-viz snapshot`` wrote; a model file serves too.
        with_trainable: let it matter whether a layer is trained.

    Raises:
        AssertionError: they differ; the message is the report of ``resnet-viz diff``.
        AppError: the model or the snapshot can't be used.
    """
    from resnet_viz import api

    path = os.fspath(snapshot)
    if os.environ.get(UPDATE) == "1":
        api.snapshot(model, path)
        return
    if not os.path.exists(path):  # noqa: PTH110 - no need to import pathlib
        raise AppError(
            f"{path} does not exist: write it with resnet-viz snapshot, or run the test with "
            f"{UPDATE}=1."
        )
    difference = api.diff(path, model, with_trainable=with_trainable)
    if not difference.equal:
        raise AssertionError(difference.summary())
