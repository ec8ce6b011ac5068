"""What the pipeline says of its work, as values, and what a source is called for people."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.sources.types import Source

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
        task: which task failed.
        error: why; anything but an AppError is a defect of ours.
        source: what was to be opened; None for a picture.
    """

    task: Literal["open", "draw", "complete"]
    error: Exception
    source: Source | None = None


def leaves_open(graph: Graph) -> bool:
    """Whether the reader could not tell the shape of some tensor."""
    return any(tensor.shape is None for call in graph.calls for tensor in call.outputs)
