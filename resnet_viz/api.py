"""Public functions for scripts and notebooks: read, trace, analyze, report, compare, run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, overload

from resnet_viz.document import Document, make_document
from resnet_viz.errors import AppError, UsageError
from resnet_viz.graph.layer_tree import UntracedError
from resnet_viz.graph.types import Graph
from resnet_viz.reports.analysis import Analysis

if TYPE_CHECKING:
    from resnet_viz.experiments.choices import DeviceName, ExperimentKind, InitName, OptimizerName
    from resnet_viz.experiments.results import Result
    from resnet_viz.protocol.experiment_messages import Measurement
    from resnet_viz.reports.architecture_diff import ArchitectureDiff

__all__ = [
    "Analysis", "AppError", "Graph", "UntracedError", "analyze", "diff", "read", "report",
    "run", "snapshot", "trace",
]  # fmt: skip


class KerasModel(Protocol):
    """A live ``keras.Model``, as far as a type checker without Keras can know it."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    def to_json(self) -> str:
        """The model's configuration."""
        ...


Model: TypeAlias = Graph | Document | KerasModel | str | os.PathLike[str]
"""Argument of ``analyze``, ``report`` and ``export``: a graph, an analysis, a live Keras model, the
path of a model file, or a source's text: "resnet34?classes=10", "keras:ResNet50"."""


def read(path: str | os.PathLike[str]) -> Graph:
    """Read the graph of a Keras model file without TensorFlow; no code in the file runs.

    Args:
        path: a .keras, .h5 or .json file.

    Returns:
        The calls in topological order. Shapes are Keras's: batch first, None for open sizes.

    Raises:
        AppError: the file can't be used; the message says why and what to do.
        UntracedError: an AppError too: the file doesn't say how the layers are connected; its
            ``layers`` are those that it names.

    Example:
        >>> resnet_viz.read("resnet34.json")
        <Graph resnet34: 125 calls, 140 edges>
    """
    from resnet_viz.services.graph_source import read_model_file

    return read_model_file(path_of(path, "a model file"))


def trace(model: KerasModel) -> Graph:
    """Trace the graph of a live Keras model: functional, Sequential, nested or subclassed.

    A subclassed model must be built; it is called once on symbolic inputs.

    Args:
        model: a ``keras.Model`` of Keras 3.

    Returns:
        The calls in topological order. Shapes are Keras's: batch first, None for open sizes.

    Raises:
        AppError: it is no Keras model.
        UntracedError: an AppError too: a subclassed model can't be called on symbolic inputs; its
            layers are listed below the message.

    Example:
        >>> import keras
        >>> image = keras.Input((32, 32, 3))
        >>> features = keras.layers.Conv2D(3, 3, padding="same")(image)
        >>> model = keras.Model(image, keras.layers.Add()([image, features]), name="block")
        >>> resnet_viz.trace(model)
        <Graph block: 3 calls, 3 edges>
    """
    from resnet_viz.engine.tracing import trace_model

    try:
        return trace_model(model)
    except UntracedError as error:
        error.add_note(error.details)  # Python prints it below the message
        raise


def analyze(model: Model) -> Analysis:
    """Find the residual structure of a model, its numbers and its problems.

    Args:
        model: a Graph, a live Keras model, the path of a model file, or a source's text as on the
            command line: "resnet34", "resnet34?classes=10", "keras:ResNet50",
            "package.module:function" (which runs that function). Keras is started only for what
            is neither a file nor a built-in with its default parameters.

    Raises:
        AppError: the model can't be used; the message says why and what to do.

    Example:
        >>> resnet_viz.analyze("resnet34")
        <Analysis resnet34: 21.8 M parameters, 3.66 G MACs, 16 shortcuts>
    """
    return Analysis.of(document_of(model))


@overload
def report(
    model: Model,
    *,
    format: Literal["dict"] = "dict",
    batch: int = 1,
    dtype: str | None = None,
    totals: Literal[False] = False,
) -> dict[str, Any]: ...
@overload
def report(
    model: Model,
    *,
    format: Literal["text", "json", "csv", "markdown", "latex"],
    batch: int = 1,
    dtype: str | None = None,
    totals: bool = False,
    rows: Literal["block", "stage"] = "block",
) -> str: ...
def report(
    model: Model,
    *,
    format: Literal["dict", "text", "json", "csv", "markdown", "latex"] = "dict",  # noqa: A002
    batch: int = 1,
    dtype: str | None = None,
    totals: bool = False,
    rows: Literal["block", "stage"] = "block",
) -> dict[str, Any] | str:
    """Report the structure and the numbers of a model, as ``resnet-viz report`` does.

    Args:
        model: as for ``analyze``, or its result.
        format: "dict", the values that "json" writes; "text" or "markdown", tables of stages and
            blocks; "csv", one row for each call of a layer; "latex", a booktabs table.
        batch: samples at once, for memory. All other numbers are for one sample.
        dtype: the floating-point dtype that memory is counted for, such as "float16"; None for
            the model's own dtypes.
        totals: end "csv" with a row of totals. The other formats always have the totals.
        rows: of "latex": each "block", inside its stage, or each "stage".

    Returns:
        A dict of plain JSON values, or text that ends with a line end. Shapes are lists, batch
        first, None for open sizes; numbers that can't be known are None, never 0. MACs are
        multiply-accumulates, memory is in bytes, receptive fields are in pixels of the input.

    Raises:
        AppError: the model or an option can't be used.

    Example:
        >>> totals = resnet_viz.report("resnet34")["totals"]
        >>> totals["weighted_layers"], totals["macs"]
        (34, 3663761408)
        >>> table = resnet_viz.report("resnet34", format="csv")
        >>> len(table.splitlines())  # the columns' names and 125 calls
        126
    """
    from resnet_viz.analysis.costs.memory.basis import checked_basis
    from resnet_viz.reports.formats import FORMATS, check_format, render
    from resnet_viz.reports.json_report import report as report_of

    check_format(format, totals=totals, rows=rows, choices=("dict", *FORMATS))
    basis = checked_basis(batch, dtype)
    contents = report_of(
        document_of(model),
        batch=basis.batch,
        dtype=basis.dtype,
        explains_rows=format in {"dict", "json"},
    )
    return contents if format == "dict" else render(contents, format, totals=totals, rows=rows)


def run(  # noqa: PLR0913 - each is an option of the command line
    model: KerasModel | str | os.PathLike[str],
    experiment: ExperimentKind,
    *,
    against: KerasModel | str | os.PathLike[str] | None = None,
    data: str | os.PathLike[str] = "digits",
    steps: int | None = None,
    batch: int = 32,
    optimizer: OptimizerName = "sgd",
    learning_rate: float | None = None,
    weight_decay: float = 1e-4,
    init: InitName = "auto",
    normalization: bool = True,
    seed: int = 0,
    device: DeviceName = "cpu",
    grid: int = 21,
    image: str | os.PathLike[str] = "",
    at: str = "",
    save: str | os.PathLike[str] = "",
    output: str | os.PathLike[str] = "",
    on_measurement: Callable[[Measurement], None] | None = None,
) -> Result:
    """Run an experiment on a model and its counterpart, as ``resnet-viz run`` does.

    It runs in a process of its own on TensorFlow; a live model is saved for it, with its weights,
    and stays as it is. A model's file and a function run no other code than on the command line.

    Args:
        model: a live Keras model of one picture, the path of a model file, or a source's text.
        experiment: "gradients", "training", "responses", "deletion", "landscape" or "activations".
        against: the counterpart, likewise; "none" for no counterpart, None for the model itself
            without its shortcuts.
        data: "digits", "cifar10", or a folder with a sub-folder of pictures for each class.
        steps: steps of training before the measurement; 0 measures the weights as they are. By
            default 200, but 0 for gradients and activations.
        batch: pictures of one step.
        optimizer: "sgd" (with momentum 0.9), "adam", "adamw" or "rmsprop".
        learning_rate: constant; by default 0.1 for "sgd", else 0.001.
        weight_decay: share of the learning rate by which kernels shrink at each step.
        init: Keras's name of an initialiser, such as "he_normal"; "keep" keeps the weights; "auto"
            keeps those of files, functions and live models, and is "he_normal" otherwise.
        normalization: False takes the normalisation layers out.
        seed: of data, weights, batches and directions.
        device: "cpu", or "gpu" for the first one that TensorFlow sees.
        grid: points on each side of the landscape, odd.
        image: picture for the activations; by default one of the data.
        at: block or layer whose activations are shown; by default the first block.
        save: file for the trained weights, .keras.
        output: file for the result (.json, .csv) or its chart (.png, .svg, .pdf).
        on_measurement: called a few times a second with the result so far.

    Returns:
        The result, with its finding in one sentence. Numbers that are not finite are None.

    Raises:
        AppError: it can't be run. An engine that dies in the middle raises
            ``engine_client.blocking.ExperimentError``, whose ``result`` is what was measured.
    """
    from resnet_viz.experiments.choices import checked_choices
    from resnet_viz.exports.experiment_files import check_result_target, write_result
    from resnet_viz.services.experiments import run as experiments

    choices = checked_choices(
        experiment,
        data=os.fspath(data),
        steps=steps,
        batch=batch,
        optimizer=optimizer,
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        init=init,
        normalization=normalization,
        seed=seed,
        device=device,
        grid=grid,
        image=os.fspath(image),
        at=at,
    )
    with experiments.named(model, against) as named:
        request = experiments.experiment_of(
            named.source,
            experiment,
            choices,
            against=named.against,
            save=os.fspath(save),
            names=named.names,
        )
        target = Path(output) if output else None
        if target is not None:
            check_result_target(target, source=named.source)
        result = experiments.run(request, on_measurement=on_measurement)
    if target is not None:
        write_result(result, target)
    return result


def diff(a: Model, b: Model, *, with_trainable: bool = False) -> ArchitectureDiff:
    """Compare two architectures by structure: names, seeds and weights never matter.

    Args:
        a: the model before; as for ``analyze``, or the path of a snapshot.
        b: the model after, likewise.
        with_trainable: let it matter whether a layer is trained.

    Returns:
        Pairs of calls, differences and what follows from them. Deltas are b's numbers less a's.

    Raises:
        AppError: a model can't be used.

    Example:
        >>> resnet_viz.diff("resnet34", "plain34")
        <ArchitectureDiff ResNet-34 → Plain-34: 103 matched, 0 changed, 0 added, 22 removed>
    """
    from resnet_viz.comparison.compare import compare
    from resnet_viz.reports.architecture_diff import ArchitectureDiff

    comparison = compare(document_of(a), document_of(b), with_trainable=with_trainable)
    return ArchitectureDiff.of(comparison)


def snapshot(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a snapshot of an architecture, for ``diff`` and ``assert_same_architecture``.

    Args:
        model: as for ``analyze``.
        path: the file to write, such as "arch.json".

    Raises:
        AppError: the model or the file can't be used; nothing is written then.
    """
    from resnet_viz.comparison.snapshot import snapshot_text
    from resnet_viz.files import check_target, write_text
    from resnet_viz.sources.types import file_of

    target = path_of(path, "a snapshot")
    document = document_of(model)
    check_target(target, source=file_of(document.source))
    write_text(target, snapshot_text(document))


def document_of(model: Model) -> Document:
    """Document of a model, however it is given.

    Raises:
        AppError: the model can't be used.
    """
    from resnet_viz.services.document_loader import load_document
    from resnet_viz.sources.parse import parse_source
    from resnet_viz.sources.types import ModelFile

    if isinstance(model, Document):
        return model
    if isinstance(model, str):
        return load_document(parse_source(model))
    if isinstance(model, os.PathLike):
        return load_document(ModelFile(os.fspath(model)))
    graph = model if isinstance(model, Graph) else trace(model)
    return make_document(ModelFile(graph.name), graph.name, graph)


def path_of(path: object, role: str) -> Path:
    """Path that an argument names; ``role`` says of what.

    Raises:
        UsageError: it is neither a str nor a path.
    """
    if not isinstance(path, str | os.PathLike):
        kind = type(path).__qualname__
        raise UsageError(f"The path of {role} must be a str or a pathlib.Path (not {kind}).")
    return Path(path)
