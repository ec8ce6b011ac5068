"""Workbench of an experiment: both networks, their data, what is common to all results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import keras
import tensorflow as tf

from resnet_viz._version import __version__
from resnet_viz.analysis.counterpart.removals import removable_blocks
from resnet_viz.engine.experiments.data.pictures import open_pictures
from resnet_viz.engine.experiments.networks.classifier import make_logits
from resnet_viz.engine.experiments.networks.live_sources import graph_of, has_weights, open_model
from resnet_viz.engine.experiments.networks.memory_limit import check_memory
from resnet_viz.engine.experiments.networks.net import Net
from resnet_viz.engine.experiments.networks.weights import initialize
from resnet_viz.engine.experiments.networks.wiring import (
    without_normalization,
    without_shortcuts,
)
from resnet_viz.errors import ModelError, quoted
from resnet_viz.sources.types import SHORTCUTS, minus

if TYPE_CHECKING:
    from resnet_viz.analysis.structure.types import Group
    from resnet_viz.engine.experiments.data.pictures import PictureSet
    from resnet_viz.experiments.choices import ExperimentChoices
    from resnet_viz.experiments.results import DataSummary
    from resnet_viz.protocol.experiment_messages import Experiment
    from resnet_viz.sources.types import Source

InputShape = tuple[int | None, ...]


class CommonFields(TypedDict):
    """Fields of every result."""

    seed: int
    device: str
    versions: dict[str, str]
    settings: ExperimentChoices
    data: DataSummary
    notes: tuple[str, ...]


class Bench:
    """Networks and data of one experiment.

    Attributes:
        nets: the model first, its counterpart second if there is one.
        data: the pictures.
        shape: height, width and channels of the input; None for sizes that are open.
        notes: sentences for the reader of the result.
        unfit: reason that a network can't be trained on the data; None if both can.
    """

    def __init__(
        self, nets: tuple[Net, ...], data: PictureSet, shape: InputShape, notes: tuple[str, ...]
    ) -> None:
        self.nets = nets
        self.data = data
        self.shape = shape
        self.notes = notes
        self.unfit: ModelError | None = None

    def batch(self, step: int, size: int) -> tuple[Any, Any]:
        """Pictures and labels of a step of training, from 0."""
        return self.data.batch(self.data.step_indices(step, size), self.shape)

    def held_out(self, most: int | None = None) -> list[tuple[Any, Any]]:
        """Held-out pictures and labels in batches of at most 100."""
        indices = self.data.held_out[:most]
        return [
            self.data.batch(indices[start : start + 100], self.shape)
            for start in range(0, len(indices), 100)
        ]

    def common(self, choices: ExperimentChoices) -> CommonFields:
        """Fields that every result holds."""
        return CommonFields(
            seed=choices.seed,
            device=device_name(),
            versions={
                "resnet-viz": __version__,
                "keras": keras.__version__,
                "tensorflow": tf.__version__,
            },
            settings=choices,
            data=self.data.summary,
            notes=(*self.notes, *self.data.notes),
        )

    @property
    def blocks(self) -> tuple[Group, ...]:
        """Blocks of the model that have a shortcut; without any, all of its blocks."""
        structure = self.nets[0].structure
        return removable_blocks(structure) or structure.blocks


def device_name() -> str:
    """Device that computes: "GPU" if TensorFlow sees one, else "CPU"."""
    return "GPU" if tf.config.list_physical_devices("GPU") else "CPU"


def set_up(request: Experiment) -> Bench:
    """Make both networks and open the data.

    Raises:
        AppError: a source or the data can't be used, or takes too much memory.
    """
    choices = request.choices
    if choices.device == "gpu" and device_name() != "GPU":
        raise ModelError(
            "TensorFlow sees no GPU on this machine; use the device cpu, or install TensorFlow "
            "with CUDA (pip install tensorflow[and-cuda])."
        )
    keras.utils.clear_session()
    keras.utils.set_random_seed(choices.seed)
    tf.config.experimental.enable_op_determinism()
    nets, notes = _nets(request)
    shape = _input_shape(nets[0])
    if any(_input_shape(net) != shape for net in nets):
        raise ModelError(
            f"{quoted(nets[0].source)} and {quoted(nets[1].source)} have inputs of different "
            "sizes; name a counterpart with the same input."
        )
    data = open_pictures(choices.data, folder=request.folder, shape=shape, seed=choices.seed)
    bench = Bench(nets, data, shape, notes)
    for net in nets:
        check_memory(net, batch=choices.batch)
        try:
            make_logits(net, classes=len(data.classes))
        except ModelError as error:
            bench.unfit = error
    return bench


def _nets(request: Experiment) -> tuple[tuple[Net, ...], tuple[str, ...]]:
    name, other = request.names
    net = _net(request.source, request, name or str(request.source))
    if request.alone:
        return (net,), ()
    if request.against is not None:
        counterpart = _net(request.against, request, other or str(request.against))
        return (net, counterpart), ()
    changes = without_shortcuts(net.structure)
    if not changes:
        note = f"{net.source} has no shortcut at an addition, so it has no counterpart."
        return (net,), (note,)
    return (
        net,
        _net(
            request.source,
            request,
            other or (f"{name} - {SHORTCUTS}" if name else str(minus(request.source, SHORTCUTS))),
            bare=True,
        ),
    ), ()


def _net(source: Source, request: Experiment, name: str, *, bare: bool = False) -> Net:
    choices = request.choices
    model = open_model(source, folder=request.folder)
    graph = graph_of(model, where=str(source))
    net = Net(name, model, graph, {})
    changes = without_shortcuts(net.structure) if bare else {}
    if not choices.normalization:
        changes |= without_normalization(graph)
    net.changes = changes
    init = choices.init
    if init == "auto":
        init = "keep" if has_weights(source) else "he_normal"
    initialize(net, init, seed=choices.seed)
    return net


def _input_shape(net: Net) -> InputShape:
    inputs = net.graph.inputs
    shape = net.graph.tensor(inputs[0]).shape if len(inputs) == 1 else None
    if shape is None or len(shape) != 4 or shape[-1] is None:
        raise ModelError(
            f"No experiment can be run on {quoted(net.source)}: it takes something else than one "
            "picture (height × width × channels); name a model of pictures."
        )
    return tuple(shape[1:])
