"""Counterparts of live models: without their shortcuts, or without some of their blocks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from resnet_viz.analysis.counterpart.removals import kept_inputs
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.engine.counterpart.replay import replay
from resnet_viz.engine.keras_nodes import has_graph
from resnet_viz.engine.opening.layer_opening import opened_layers
from resnet_viz.engine.subclassed_models import functional_model_of
from resnet_viz.engine.tracing import trace_model
from resnet_viz.errors import quoted


def counterpart_of(model: Any, terms: Collection[str]) -> Any:  # noqa: ANN401
    """A functional model of the live ``model`` without ``terms``, of copies of its layers.

    The original stays as it is. A subclassed model is called on symbolic inputs, as for tracing.

    Args:
        model: a keras.Model.
        terms: "shortcuts", or ids of blocks.

    Raises:
        UsageError: there is no such block or no shortcut, or the shapes don't fit.
        ModelError: the model can't be traced, or a layer of it not be copied.
    """
    graph = trace_model(model)  # raises for what is no model, and for what can't be traced
    kept = kept_inputs(structure_of(graph), terms)
    if not has_graph(model):
        model = functional_model_of(model, where=f"the model {quoted(model.name)}")
    with opened_layers(model) as openings:
        return replay(model, openings, kept)
