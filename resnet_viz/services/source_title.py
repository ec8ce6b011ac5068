"""Title of a source for people."""

from __future__ import annotations

from resnet_viz.errors import AppError
from resnet_viz.sources.buildable import title_of
from resnet_viz.sources.types import Buildable, PythonFunction, Source


def source_title(source: Source) -> str:
    """Title of a source: "ResNet-34", or the file's name without its suffix."""
    if isinstance(source, Buildable):
        try:
            return title_of(source)
        except AppError:
            return str(source)
    if isinstance(source, PythonFunction):
        return source.function
    name = source.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name or source.path
