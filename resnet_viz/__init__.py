"""resnet-viz shows a neural network as it really is.

For scripts::

    graph = resnet_viz.read("model.keras")  # no TensorFlow
    graph = resnet_viz.trace(keras_model)  # a live Keras model
    resnet_viz.export(graph, "figure.svg", detail="block")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnet_viz._version import __version__

if TYPE_CHECKING:
    import os

__all__ = ["__version__", "export", "read", "trace"]


def _api() -> Any:  # noqa: ANN401
    # By name and late: every room imports this package, and none may drag in the others by it.
    from importlib import import_module

    return import_module("resnet_viz.api")


def read(path: str | os.PathLike[str]) -> Any:  # noqa: ANN401 - a Graph
    """The graph of a Keras model file; see ``resnet_viz.api.read``."""
    return _api().read(path)


def trace(model: Any) -> Any:  # noqa: ANN401
    """The graph of a live Keras model; see ``resnet_viz.api.trace``."""
    return _api().trace(model)


def export(graph: Any, path: str | os.PathLike[str], **options: Any) -> None:  # noqa: ANN401
    """Write a picture of a graph; see ``resnet_viz.api.export`` for the options."""
    _api().export(graph, path, **options)
