"""Conduct an experiment that the window or the command line asks for.

The networks of the last experiment are kept with their training: one that needs the same, or more
steps of the same, goes on from there. Batches and initial weights depend on the seed alone, so that
the numbers are those of a run from the start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from resnet_viz.engine.experiments.bench import Bench, set_up
from resnet_viz.engine.experiments.measures.activations import measure_activations
from resnet_viz.engine.experiments.measures.deletion import measure_deletion
from resnet_viz.engine.experiments.measures.gradients import measure_gradients
from resnet_viz.engine.experiments.measures.landscape import measure_landscape
from resnet_viz.engine.experiments.measures.responses import measure_responses
from resnet_viz.engine.experiments.measures.training import (
    TrainedNet,
    measure_training,
    train,
    training_result,
)
from resnet_viz.engine.experiments.networks.saving import save_net
from resnet_viz.errors import Cancelled
from resnet_viz.protocol.experiment_messages import Concluded

if TYPE_CHECKING:
    from resnet_viz.engine.task import Task
    from resnet_viz.experiments.results import Result
    from resnet_viz.protocol.experiment_messages import Experiment


class _Session:
    """Networks of one setting, and how far they are trained."""

    def __init__(self, key: bytes, bench: Bench, nets: tuple[TrainedNet, ...]) -> None:
        self.key = key
        self.bench = bench
        self.nets = nets


_LAST: Final[list[_Session]] = []


def conduct(request: Experiment, task: Task) -> Concluded:
    """Conduct the experiment; returns its whole result.

    Raises:
        AppError: it can't be run; the message says why and what can be run instead.
        Cancelled: it has been cancelled; what was measured has been sent.
    """
    task.step("building")
    session = _session(request)
    unfit = session.bench.unfit
    if unfit is not None and (request.kind != "activations" or request.choices.steps):
        raise unfit
    try:
        result = _measure(request, session, task)
    except Cancelled:
        raise
    except Exception:
        _LAST.clear()  # one network may be a step ahead of the other
        raise
    if request.save:
        save_net(session.bench.nets[0], Path(request.folder, request.save))
    return Concluded(request.id, request.revision, result)


def _measure(request: Experiment, session: _Session, task: Task) -> Result:
    bench, choices, nets = session.bench, request.choices, session.nets
    if request.kind == "training":
        task.step("training")
        return measure_training(nets, bench, choices, task)
    if choices.steps > nets[0].net.trained:
        task.step("training")
        train(nets, bench, choices, task, lambda: training_result(nets, bench, choices))
    task.step("measuring")
    if request.kind == "gradients":
        return measure_gradients(bench, choices, task)
    if request.kind == "responses":
        return measure_responses(bench, choices, task)
    if request.kind == "deletion":
        return measure_deletion(bench, choices, task)
    if request.kind == "landscape":
        return measure_landscape(bench, choices, task)
    return measure_activations(bench, choices, task, folder=request.folder)


def _session(request: Experiment) -> _Session:
    key = _key(request)
    if _LAST and _LAST[0].key == key and _LAST[0].nets[0].net.trained <= request.choices.steps:
        return _LAST[0]
    _LAST.clear()
    bench = set_up(request)
    nets = tuple(TrainedNet(net, request.choices) for net in bench.nets)
    session = _Session(key, bench, nets)
    _LAST.append(session)
    return session


def _key(request: Experiment) -> bytes:
    """Everything that the networks and their training depend on, but the number of steps."""
    same = msgspec.structs.replace(
        request,
        id=0,
        revision=0,
        save="",
        kind="training",
        choices=request.choices.training,
    )
    return msgspec.json.encode(same)
