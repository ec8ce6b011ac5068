"""What the engine does for each request. Keras is imported inside: it must be up by then."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from resnet_viz.engine.comparison import mismatches
from resnet_viz.engine.inspection import LiveModel, inspect, is_open, live_tensors, live_weights
from resnet_viz.engine.safety import UNCHECKED, UNKNOWN, vetted
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
    from resnet_viz.protocol.messages import Answer, Work

STEPS: Final[dict[type[Any], int]] = {Build: 4, Check: 3, Complete: 3, RunFunction: 3}


def answer(request: Work, task: Task) -> Answer:
    """Do what ``request`` asks.

    Raises:
        AppError: it can't be done; the message says why.
        Cancelled: it was cancelled on the way.
        Exception: whatever Keras raises.
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
    """Keras without memory for weights, and as if freshly started.

    Names that Keras makes up ("conv2d_3") count on from call to call, so each request starts a new
    session: the same request gets the same config. The scope must not initialise the variables at
    its end, which would allocate them all after all.
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
    found = mismatches(graph, live_tensors(model))
    task.stop_if_cancelled()
    return Built(id=request.id, revision=request.revision, config=config, mismatches=found)


def _check(request: Check, task: Task) -> Checked:
    task.step("reading")
    config = request.config.encode()
    graph = read_config(config, where=request.where)
    task.step("rebuilding")
    model = _rebuilt(config, where=request.where)
    task.step("checking")
    found = mismatches(graph, live_tensors(model))
    task.stop_if_cancelled()
    return Checked(id=request.id, revision=request.revision, mismatches=found)


def _complete(request: Complete, task: Task) -> Completed:
    task.step("reading")
    config = request.config.encode()
    read_config(config, where=request.where)  # what is no model is told before Keras sees it
    task.step("rebuilding")
    model = _rebuilt(config, where=request.where, loss=UNKNOWN)
    task.step("describing")
    live = inspect(model) if is_open(model) else LiveModel((), (), (), ())
    task.stop_if_cancelled()
    return Completed(
        id=request.id,
        revision=request.revision,
        tensors=live.tensors,
        weights=live_weights(live),
    )


def _run(request: RunFunction, task: Task) -> Traced:
    from resnet_viz.engine.functions import called, loaded
    from resnet_viz.engine.tracing import trace_model

    source = request.source
    task.step("importing")
    with loaded(source, folder=request.folder) as function:
        task.step("running")
        model = called(function, source)
        task.step("describing")
        graph = trace_model(model)
    task.stop_if_cancelled()
    return Traced(id=request.id, revision=request.revision, graph=graph)


def _rebuilt(config: bytes, *, where: str, loss: str = UNCHECKED) -> Any:  # noqa: ANN401 - a keras.Model
    """The model that ``config`` describes; no code of the file's own is run."""
    import keras

    raw = json.loads(config)  # as Keras does: NaN and Infinity are numbers
    safe = vetted(raw, where=where, loss=loss)
    assert isinstance(safe, dict)  # the reader has read it
    if "module" in safe:
        return keras.saving.deserialize_keras_object(safe, safe_mode=True)
    return _rebuilt_from_old(safe)


def _rebuilt_from_old(config: dict[str, Any]) -> Any:  # noqa: ANN401 - a keras.Model
    """As ``keras.models.load_model`` does for HDF5 files and for Keras 2."""
    from keras.src.legacy.saving.saving_options import keras_option_scope
    from keras.src.legacy.saving.saving_utils import model_from_config
    from keras.src.saving.serialization_lib import SafeModeScope

    with keras_option_scope(use_legacy_config=True), SafeModeScope(safe_mode=True):
        return model_from_config(config)
