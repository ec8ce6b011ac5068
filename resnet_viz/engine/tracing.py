"""Graph of a live Keras model: its config as read from a file, with Keras's tensors."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from resnet_viz.engine.inspection import inspect_model
from resnet_viz.engine.keras_nodes import has_graph
from resnet_viz.engine.live_config import live_config
from resnet_viz.engine.opening.layer_opening import opened_layers
from resnet_viz.engine.subclassed_models import functional_model_of
from resnet_viz.errors import ModelError, quoted
from resnet_viz.reading.read import complete_graph, read_config

if TYPE_CHECKING:
    from resnet_viz.graph.types import Graph


def trace_model(model: Any) -> Graph:  # noqa: ANN401 - a keras.Model
    """Trace the live ``model``.

    A functional or Sequential model is read as its file would be. A subclassed one is called on
    symbolic inputs of the shape that it was built with, and its calls are read. Layers that hold
    layers are opened: each of their calls is a scope of its own.

    Raises:
        ModelError: it is not a Keras 3 model.
        UntracedError: it is subclassed and can't be called on symbolic inputs; has its layers.
    """
    keras = sys.modules.get("keras")  # whoever has a Keras model has imported Keras
    if keras is None or not isinstance(model, keras.Model):
        raise ModelError(_no_model(model))
    where = f"the model {quoted(model.name)}"
    if not has_graph(model) and not isinstance(model, keras.Sequential):
        model = functional_model_of(model, where=where)
    if not has_graph(model):
        return read_config(model.to_json().encode(), where=where)
    with opened_layers(model) as openings:
        config = json.dumps(live_config(model, openings)).encode()
        live = inspect_model(model, openings)
    graph = read_config(config, where=where)
    graph = complete_graph(graph, live.tensors, live.weights, live.same_layers)
    return msgspec.structs.replace(graph, closed=live.closed)


def _no_model(thing: object) -> str:
    kind = type(thing)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if any(base.__module__.startswith("tf_keras") for base in kind.__mro__):
        return f"A {name} is a model of Keras 2 (tf_keras); save it as .h5 or .keras and open that."
    if kind.__module__.partition(".")[0] == "torch":
        return f"A {name} is a PyTorch model; only Keras models can be shown."
    return (
        f"A value of type {name.removeprefix('builtins.')} is no Keras model; pass a keras.Model "
        "(analyze, report and export also take a Graph, a path or a model's name)."
    )
