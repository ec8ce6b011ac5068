"""Reads a live Keras model: our reader on its own config, Keras's shapes on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnet_viz.engine.comparison import completed
from resnet_viz.engine.inspection import live_tensors
from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_config

if TYPE_CHECKING:
    from resnet_viz.graph.values import Graph


def trace_model(model: Any) -> Graph:  # noqa: ANN401 - a keras.Model
    """The graph of the live ``model``.

    Raises:
        ModelError: it is no functional Keras model, or of a kind that can't be read yet.
    """
    name = getattr(model, "name", None)
    where = f"the model {name!r}" if isinstance(name, str) else f"a {type(model).__name__}"
    try:
        config = model.to_json().encode()
    except (AttributeError, NotImplementedError, TypeError, ValueError) as error:
        raise ModelError(
            f"{where} can't be read: it is not a functional Keras model with a config; build it "
            "with keras.Model(inputs, outputs).",
            details=str(error),
        ) from error
    return completed(read_config(config, where=where), live_tensors(model))
