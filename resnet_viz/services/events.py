"""Events of the pipeline, as values."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.layout.view import View
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.types import Source

Stage: TypeAlias = Literal["reading", "building", "running"]


class Opening(msgspec.Struct, frozen=True):
    """A source that is being opened, and the stage that this has come to."""

    source: Source
    stage: Stage

    @property
    def title(self) -> str:
        """The source's title."""
        return source_title(self.source)


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
    """A task that failed; the document and picture before it stay.

    Attributes:
        task: the task that failed.
        error: its reason; anything but an AppError is a defect of the program.
        source: the source that was to be opened; None for a picture.
    """

    task: Literal["open", "draw", "complete"]
    error: Exception
    source: Source | None = None
