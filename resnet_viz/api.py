"""What scripts call: read a model file, trace a live model, export a picture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from resnet_viz.graph.types import Graph


def read(path: str | os.PathLike[str]) -> Graph:
    """The graph of a Keras model file (.keras, .h5, .json), read without TensorFlow.

    Raises:
        AppError: the file can't be used; the text says why and what to do.
    """
    from resnet_viz.reading.read import read_file

    return read_file(Path(path))


def trace(model: Any) -> Graph:  # noqa: ANN401 - a keras.Model, which is never imported here
    """The graph of a live Keras model: functional, Sequential, with models inside, subclassed.

    A subclassed model must have been built; it is called once on symbolic inputs.

    Raises:
        AppError: it is no Keras model, or a subclassed one that can't be called so; then its
            layers are listed below the sentence.
    """
    import importlib

    from resnet_viz.graph.layer_tree import UntracedError

    # By name: this module may be loaded by all rooms, and the engine's only when it is wanted.
    tracing = importlib.import_module("resnet_viz.engine.tracing")
    try:
        graph: Graph = tracing.trace_model(model)
    except UntracedError as error:
        error.add_note(error.details)  # Python prints it below the sentence
        raise
    return graph


class Options(TypedDict, total=False):
    """The options of ``export``; they are those of the command ``resnet-viz export``.

    Attributes:
        detail: "stage", "block" (default), "unit" or "layer".
        open: ids of groups to open.
        layout: "stages" (default) or "column".
        color_by: "stage" (default), "type", "parameters", "macs", "memory" or "receptive-field".
        batch: samples at once that memory is coloured for (default 1).
        dtype: what floating-point values count as there, "float16"; default: the model's own.
        repeats: "auto" (default), "fold" or "all".
        legend: whether there is one (default).
        title: a line above the picture.
        theme: "light" (default), "dark" or "paper".
        background: "theme" (default), "white" or "transparent".
        width, height: pixels; with both the picture is fitted and centred.
        scale: in their place: pixels for one at 100 %, by default 2 for PNG, else 1.
        dpi: pixels to an inch.
    """

    detail: str
    open: Sequence[str]
    layout: str
    color_by: str
    batch: int
    dtype: str | None
    repeats: str
    legend: bool
    title: str
    theme: str
    background: str
    width: int | None
    height: int | None
    scale: float | None
    dpi: float | None


def export(graph: Graph, path: str | os.PathLike[str], **options: Unpack[Options]) -> None:
    """Write a picture of the graph; the format follows from the path's suffix.

    If the process has no Qt application, one that needs no screen is made.

    Raises:
        AppError: an option, the target or the graph can't be used.
        TypeError: there is no such option.
    """
    from resnet_viz.document import make_document
    from resnet_viz.exports.figure import draw, opened
    from resnet_viz.exports.request import settings_from, view_from
    from resnet_viz.exports.write import check_request, write_picture
    from resnet_viz.sources.types import ModelFile

    given: dict[str, Any] = {**options}
    odd = sorted(set(given) - set(Options.__annotations__))
    if odd:
        raise TypeError(f"export() got an unexpected keyword argument {odd[0]!r}")
    settings = settings_from(given, title=graph.name)
    view = view_from(given)
    check_request(Path(path), settings)
    document = make_document(ModelFile(graph.name), graph.name, graph)
    view = opened(document, view, tuple(given.get("open", ())))
    write_picture(draw(document, view), Path(path), settings)
