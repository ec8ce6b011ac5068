"""The engine: Keras 3 on TensorFlow in a process of its own, ``python -m resnet_viz.engine``.

Importing this package imports no Keras; its modules do so when they work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resnet_viz.graph.types import Graph


def trace(model: Any) -> Graph:  # noqa: ANN401 - a keras.Model, which must not be imported here
    """The graph of a live Keras model, with Keras's own shapes and dtypes.

    Raises:
        ModelError: it is no Keras model, or a subclassed one that can't be called symbolically.
    """
    from resnet_viz.engine.tracing import trace_model

    return trace_model(model)
