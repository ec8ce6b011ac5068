"""What the engine does for each request. Keras is imported inside: it must be up by then."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from resnet_viz.engine.comparison import mismatches
from resnet_viz.engine.inspection import live_tensors
from resnet_viz.engine.safety import vetted
from resnet_viz.protocol.messages import Build, Built, Check, Checked
from resnet_viz.reading.read import read_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resnet_viz.engine.task import Task

STEPS: Final[dict[type[Build | Check], int]] = {Build: 4, Check: 3}


def answer(request: Build | Check, task: Task) -> Built | Checked:
    """Do what ``request`` asks.

    Raises:
        AppError: it can't be done; the message says why.
        Cancelled: it was cancelled on the way.
        Exception: whatever Keras raises.
    """
    with _weightless():
        if isinstance(request, Build):
            return _build(request, task)
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


def _rebuilt(config: bytes, *, where: str) -> Any:  # noqa: ANN401 - a keras.Model
    """The functional model that ``config`` describes; no code of the file's own is run."""
    import keras

    safe = vetted(msgspec.json.decode(config), where=where)
    return keras.saving.deserialize_keras_object(safe, safe_mode=True)
