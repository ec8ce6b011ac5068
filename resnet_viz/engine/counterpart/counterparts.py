"""Counterparts of live models: without their shortcuts, or without some of their blocks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from resnet_viz.analysis.counterpart.removals import kept_inputs
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.engine.counterpart.replay import replay
from resnet_viz.engine.keras_nodes import has_graph
from resnet_viz.engine.layer_opening import opened_layers
from resnet_viz.engine.subclassed_models import functional_model_of
from resnet_viz.engine.tracing import trace_model
from resnet_viz.errors import quoted


class LiveCounterpart(msgspec.Struct, frozen=True):
    """A live model without some of its shortcuts or blocks.

    Attributes:
        model: a functional keras.Model of copies, with the weights of the original.
        calls: ids of the counterpart's calls (as ``trace_model`` names them) by the ids of the same
            calls in the original; those taken away are missing.
    """

    model: Any
    calls: dict[str, str]


def counterpart_of(model: Any, terms: Collection[str]) -> LiveCounterpart:  # noqa: ANN401
    """The counterpart of the live ``model`` without ``terms``, on copies of its layers.

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
        replayed = replay(model, openings, kept)
    ids = (call.id for call in graph.calls)
    calls = {old: new for old in ids if (new := _new_id(old, replayed.calls))}
    return LiveCounterpart(replayed.model, calls)


def _new_id(old: str, replayed: dict[str, str]) -> str:
    """New id of a call: its own, or that of the nested model around it that stayed as it is."""
    head, slash, rest = old, "", ""
    while head:
        if head in replayed:
            return replayed[head] + slash + rest
        head, _, name = head.rpartition("/")
        slash, rest = "/", f"{name}/{rest}" if rest else name
    return ""
