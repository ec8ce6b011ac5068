"""Build of a model that failed: what was made up to the failing call, and where that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from resnet_viz.errors import EngineError
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import Graph, Width

if TYPE_CHECKING:
    from resnet_viz.graph.types import LayerCall


class FailedBuild(msgspec.Struct, frozen=True):
    """A model as far as it was built.

    Attributes:
        graph: its calls; the last is the one that failed, whose output is unknown.
        call: id of the failing call.
        file: name of the file with the line that makes the call.
        line: number of that line.
    """

    graph: Graph
    call: str
    file: str
    line: Width

    @property
    def failing(self) -> LayerCall:
        """The call that failed."""
        return self.graph.by_id[self.call]

    @property
    def shapes(self) -> tuple[str, ...]:
        """Shapes of the tensors that the failing call takes, as H×W×C."""
        ranks = self.graph.channels_first_ranks
        return tuple(
            shape_text(shape, channels_first_ranks=ranks)
            for shape in self.graph.input_shapes(self.failing)
        )

    @property
    def sentence(self) -> str:
        """Sentence for people: "Add can't take 8×8×8 and 4×4×16 (net.py, line 9)"."""
        shapes = " and ".join(self.shapes)
        return f"{self.failing.type} can't take {shapes} ({self.file}, line {self.line})"


class BuildError(EngineError):
    """A function of the user's failed while it built a model.

    Attributes:
        build: what it had built.
    """

    def __init__(self, message: str, *, details: str, build: FailedBuild) -> None:
        super().__init__(message, details=details)
        self.build = build
