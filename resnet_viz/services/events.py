"""What the pipeline says of its work, as values, and what a source is called for people."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.errors import AppError
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.sources.catalog import title as builtin_title
from resnet_viz.sources.types import Application, BuiltIn, PythonFunction, Source

Stage: TypeAlias = Literal["reading", "building", "running"]


class Opening(msgspec.Struct, frozen=True):
    """An opening that goes on: what is opened, and who works on it."""

    source: Source
    title: str
    stage: Stage


class Opened(msgspec.Struct, frozen=True):
    """A document with its first picture."""

    revision: int
    document: Document
    view: View
    picture: DisplayList
    memory: Memory


class Drawn(msgspec.Struct, frozen=True):
    """A picture of the open document in another view, and the memory for the view's basis."""

    document: Document
    view: View
    picture: DisplayList
    memory: Memory


class Failure(msgspec.Struct, frozen=True):
    """Something was asked for and can't be had; what was there before stays.

    Attributes:
        what: which step failed.
        error: why; anything but an AppError is a defect of ours.
        source: what was to be opened; None for a picture.
    """

    what: Literal["open", "draw", "complete"]
    error: Exception
    source: Source | None = None


def title_of(source: Source) -> str:
    """What a source is called for people: "ResNet-34", or the file's name without its suffix."""
    if isinstance(source, Application):
        from resnet_viz.sources.keras_applications import application_title

        try:
            return application_title(source)
        except AppError:
            return str(source)
    if isinstance(source, PythonFunction):
        return source.function
    if isinstance(source, BuiltIn):
        try:
            return builtin_title(source)
        except AppError:
            return str(source)
    name = source.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name or source.path


def leaves_open(graph: Graph) -> bool:
    """Whether the reader could not tell the shape of some tensor."""
    return any(tensor.shape is None for call in graph.calls for tensor in call.outputs)
