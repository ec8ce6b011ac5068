"""Title of a source for people."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_viz.errors import AppError
from resnet_viz.sources.buildable import title_of
from resnet_viz.sources.types import (
    Base,
    Buildable,
    PastFile,
    PastFunction,
    PythonFunction,
    Source,
    base_of,
    terms_of,
)


def source_title(source: Source) -> str:
    """Title of a source: "ResNet-34", or the file's name without its suffix."""
    return counterpart_title(_base_title(base_of(source)), terms_of(source))


def past_title(title: str, source: Base) -> str:
    """Title of a model with its git revision, if it has one: "model at HEAD~1"."""
    if isinstance(source, PastFile | PastFunction):
        return f"{title} at {source.revision}"
    return title


def counterpart_title(title: str, terms: Sequence[str]) -> str:
    """Title of a model without ``terms``: "ResNet-34 without conv3_2 and conv4_2"."""
    if not terms:
        return title
    *others, last = terms
    before = f"{', '.join(others)} and " if others else ""
    return f"{title} without {before}{last}"


def _base_title(source: Base) -> str:
    if isinstance(source, Buildable):
        try:
            return title_of(source)
        except AppError:
            return str(source)
    if isinstance(source, PastFile | PastFunction):
        return past_title(_base_title(source.now), source)
    if isinstance(source, PythonFunction):
        return source.function
    name = source.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name or source.path
