"""Wrapper layers: the wrapped layers, and how often they run."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.analysis.keras_ops.terms import Shapes, Term, TermRule
from resnet_viz.graph.keras_classes import is_keras, parse_wrapped
from resnet_viz.graph.ops import WEIGHTED, OpKind, op_kind
from resnet_viz.graph.types import LayerCall, Shape, Tensor

WRAPPERS: Final = frozenset({"TimeDistributed", "Bidirectional", "SpectralNormalization"})


class WrappedRun(msgspec.Struct, frozen=True):
    """The runs of one layer inside a wrapper.

    Attributes:
        call: the layer as if it were called directly.
        inputs: shapes of its inputs.
        times: number of runs, as factors; weights count once.
    """

    call: LayerCall
    inputs: Shapes
    times: Term


def wrapped_runs(call: LayerCall, inputs: Shapes) -> list[WrappedRun] | None:
    """The runs of a wrapper's layers; None if they cannot be determined."""
    if call.type == "TimeDistributed":
        return _at_every_step(call, inputs)
    if call.type == "Bidirectional":
        return _both_directions(call, inputs)
    inner = _inner(call, call.config.get("layer"), call.outputs)
    return None if inner is None else [WrappedRun(inner, inputs, ())]


def wrapped_terms(call: LayerCall, inputs: Shapes, rule: TermRule) -> list[Term] | None:
    """The terms of all runs of a wrapper's layers; None if unknown for one of them."""
    runs = wrapped_runs(call, inputs)
    if runs is None:
        return None
    terms: list[Term] = []
    for run in runs:
        inner = rule(run.call, run.inputs)
        if inner is None:
            return None
        terms += [(*run.times, *term) for term in inner]
    return terms


def _inner(call: LayerCall, value: Any, outputs: tuple[Tensor, ...]) -> LayerCall | None:  # noqa: ANN401 - any JSON value of a configuration
    layer = parse_wrapped(value)
    if layer is None:
        return None
    return msgspec.structs.replace(
        call, type=layer.type, module=layer.module, config=layer.config, outputs=outputs
    )


def wrapped_layer(call: LayerCall) -> LayerCall | None:
    """The layer in a wrapper, or the cell in an RNN, as if called directly; else None."""
    if not is_keras(call.module):
        return None
    if call.type in WRAPPERS:
        return _inner(call, call.config.get("layer"), call.outputs)
    return _inner(call, call.config.get("cell"), call.outputs) if call.type == "RNN" else None


_AT_EVERY_STEP: Final[frozenset[OpKind]] = WEIGHTED | {"norm", "activation", "regularise"}
_DEPTH: Final = 8


def effective_call(call: LayerCall, depth: int = 0) -> LayerCall:
    """The call as structure sees it: a wrapped layer's in place of its wrapper's.

    Spectral normalisation only scales weights. What TimeDistributed does at every step is seen
    as the layer's unless that moves or removes positions: a pooling of steps is no global pooling.
    """
    name = call.keras_class
    if name not in {"SpectralNormalization", "TimeDistributed"} or depth == _DEPTH:
        return call
    inner = wrapped_layer(call)
    if inner is None:
        return call
    inner = effective_call(inner, depth + 1)
    is_seen = name == "SpectralNormalization" or op_kind(inner) in _AT_EVERY_STEP
    return inner if is_seen else call


def stacked_cells(call: LayerCall) -> list[LayerCall]:
    """The cells in a StackedRNNCells, as if called directly."""
    found = [_inner(call, cell, call.outputs) for cell in call.config.get("cells") or ()]
    return [cell for cell in found if cell is not None]


def _without_steps(shape: Shape | None) -> Shape | None:
    return None if shape is None else (*shape[:1], *shape[2:])


def _at_every_step(call: LayerCall, inputs: Shapes) -> list[WrappedRun] | None:
    outputs = tuple(Tensor(_without_steps(each.shape), each.dtype) for each in call.outputs)
    inner = _inner(call, call.config.get("layer"), outputs)
    if inner is None or not inputs or inputs[0] is None or len(inputs[0]) < 3:
        return None
    return [WrappedRun(inner, tuple(map(_without_steps, inputs)), (inputs[0][1],))]


def _both_directions(call: LayerCall, inputs: Shapes) -> list[WrappedRun] | None:
    """The forward layer and the backward one, configured separately or alike."""
    config = call.config
    found: list[WrappedRun] = []
    for layer in (config.get("layer"), config.get("backward_layer") or config.get("layer")):
        inner = _inner(call, layer, call.outputs)
        if inner is None or inner.config.get("data_format") == "channels_first":
            return None
        found.append(WrappedRun(inner, inputs, ()))
    return found
