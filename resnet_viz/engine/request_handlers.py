"""Handlers of the engine's requests; they import Keras inside, so that hello comes before it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from resnet_viz.engine.comparison import find_mismatches
from resnet_viz.engine.config_safety import SHAPES_UNCHECKED, SHAPES_UNKNOWN, vet_config
from resnet_viz.engine.inspection import LiveModel, inspect_model, live_tensors
from resnet_viz.engine.keras_nodes import has_graph
from resnet_viz.protocol.experiment_messages import Experiment
from resnet_viz.protocol.messages import (
    Build,
    Built,
    Check,
    Checked,
    Complete,
    Completed,
    RunFunction,
    Traced,
)
from resnet_viz.reading.read import read_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resnet_viz.engine.task import Task
    from resnet_viz.protocol.encoding import Answer

STEP_COUNTS: Final[dict[type[Any], int]] = {
    Build: 4,
    Check: 3,
    Complete: 3,
    RunFunction: 3,
    Experiment: 3,
}


def handle(request: Build | Check | Complete | RunFunction, task: Task) -> Answer:
    """Handle ``request``; returns its answer.

    Raises:
        AppError: the request fails for a reason that users understand.
        Cancelled: it has been cancelled.
        Exception: anything that Keras raises.
    """
    if isinstance(request, RunFunction):
        return _run(request, task)
    with _weightless():
        if isinstance(request, Build):
            return _build(request, task)
        if isinstance(request, Complete):
            return _complete(request, task)
        return _check(request, task)


@contextmanager
def _weightless() -> Iterator[None]:
    """Context for building models without memory for weights, in a new session of Keras.

    Keras numbers the names that it makes up ("conv2d_3") through a session. A new one for each
    request gives the same config for the same request. The scope must not initialise the variables
    at its end, which would allocate them.
    """
    import keras

    keras.utils.clear_session()
    with keras.StatelessScope(initialize_variables=False):
        yield


def _build(request: Build, task: Task) -> Built:
    from resnet_viz.zoo.build import build

    task.step("building")
    model = build(request.source)
    task.step("describing")
    config: str = model.to_json()
    task.step("reading")
    graph = read_config(config.encode(), where=str(request.source))
    task.step("checking")
    mismatches = find_mismatches(graph, live_tensors(model))
    task.stop_if_cancelled()
    return Built(request.id, request.revision, config, mismatches)


def _check(request: Check, task: Task) -> Checked:
    task.step("reading")
    config = request.config.encode()
    graph = read_config(config, where=request.where)
    task.step("rebuilding")
    model = rebuild_model(config, where=request.where)
    task.step("checking")
    mismatches = find_mismatches(graph, live_tensors(model))
    task.stop_if_cancelled()
    return Checked(request.id, request.revision, mismatches)


def _complete(request: Complete, task: Task) -> Completed:
    task.step("reading")
    config = request.config.encode()
    read_config(config, where=request.where)  # raises for anything that is not a model
    task.step("rebuilding")
    model = rebuild_model(config, where=request.where, loss=SHAPES_UNKNOWN)
    task.step("describing")
    live = inspect_model(model) if has_graph(model) else LiveModel((), (), (), ())
    task.stop_if_cancelled()
    return Completed(request.id, request.revision, live.tensors, live.weights)


def _run(request: RunFunction, task: Task) -> Traced:
    from resnet_viz.engine.tracing import trace_model
    from resnet_viz.engine.user_code.user_functions import call_function, load_function

    source = request.source
    task.step("importing")
    with load_function(source, folder=request.folder) as function:
        task.step("running")
        model = call_function(function, source)
        task.step("describing")
        graph = trace_model(model)
    task.stop_if_cancelled()
    return Traced(request.id, request.revision, graph)


def rebuild_model(config: bytes, *, where: str, loss: str = SHAPES_UNCHECKED) -> Any:  # noqa: ANN401 - a keras.Model
    """Rebuild the model that ``config`` describes; no code from the file is run."""
    import keras

    parsed = json.loads(config)  # as Keras does: NaN and Infinity are numbers
    safe = vet_config(parsed, where=where, loss=loss)
    assert isinstance(safe, dict)  # the reader has read it
    if "module" in safe:
        return keras.saving.deserialize_keras_object(safe, safe_mode=True)
    return _rebuild_from_old(safe)


def _rebuild_from_old(config: dict[str, Any]) -> Any:  # noqa: ANN401 - a keras.Model
    """Rebuild a model as ``keras.models.load_model`` does from HDF5 files and for Keras 2."""
    from keras.src.legacy.saving.saving_options import keras_option_scope
    from keras.src.legacy.saving.saving_utils import model_from_config
    from keras.src.saving.serialization_lib import SafeModeScope

    with keras_option_scope(use_legacy_config=True), SafeModeScope(safe_mode=True):
        return model_from_config(config)
