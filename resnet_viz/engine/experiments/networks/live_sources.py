"""Live functional models of sources, with their weights where they have some."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from resnet_viz.engine.counterpart.build_source import build_source
from resnet_viz.engine.inspection import inspect_model
from resnet_viz.engine.keras_nodes import has_graph
from resnet_viz.engine.live_config import live_config
from resnet_viz.engine.opening.openings import Openings
from resnet_viz.engine.subclassed_models import functional_model_of
from resnet_viz.reading.read import complete_graph, read_config
from resnet_viz.sources.types import ModelFile, PastFile, PythonFunction, base_of

if TYPE_CHECKING:
    from resnet_viz.graph.types import Graph
    from resnet_viz.sources.types import Source


def open_model(source: Source, *, folder: str) -> Any:  # noqa: ANN401 - a keras.Model
    """Live functional model of ``source``.

    Raises:
        AppError: it can't be made.
    """
    model = build_source(source, folder=folder)
    return model if has_graph(model) else functional_model_of(model, where=str(source))


def graph_of(model: Any, *, where: str) -> Graph:  # noqa: ANN401 - a keras.Model
    """Graph of the functional ``model``; a layer that holds layers is one call, as it is run."""
    config = json.dumps(live_config(model, Openings())).encode()
    live = inspect_model(model)
    return complete_graph(read_config(config, where=where), live.tensors, live.weights)


def has_weights(source: Source) -> bool:
    """True if the model that ``source`` names comes with weights of its own."""
    base = base_of(source)
    if isinstance(base, ModelFile | PastFile):
        return not base.path.lower().endswith(".json")
    return isinstance(base, PythonFunction)
