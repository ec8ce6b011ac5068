"""Title of a source for people."""

from __future__ import annotations

from resnet_viz.errors import AppError
from resnet_viz.sources.types import Application, BuiltIn, PythonFunction, Source


def source_title(source: Source) -> str:
    """A source's title: "ResNet-34", or the file's name without its suffix."""
    if isinstance(source, BuiltIn | Application):
        try:
            return _title_of_named_model(source)
        except AppError:
            return str(source)
    if isinstance(source, PythonFunction):
        return source.function
    name = source.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name or source.path


def _title_of_named_model(source: BuiltIn | Application) -> str:
    if isinstance(source, BuiltIn):
        from resnet_viz.sources.catalog import builtin_title

        return builtin_title(source)
    from resnet_viz.sources.keras_applications import application_title

    return application_title(source)
