"""Live models of sources and their counterparts; Keras is imported when the first is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resnet_viz.sources.types import Source


def build_source(source: Source, *, folder: str = "") -> Any:
    from resnet_viz.engine.counterpart import build_source as made

    return made.build_source(source, folder=folder)


def counterpart_of(model: Any, terms: Sequence[str]) -> Any:
    from resnet_viz.engine.counterpart import counterparts

    return counterparts.counterpart_of(model, terms)
