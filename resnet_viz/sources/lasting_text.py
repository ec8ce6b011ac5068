"""Texts of sources that mean the same in every working folder."""

from __future__ import annotations

import os

from resnet_viz.sources.types import (
    GIT,
    MINUS,
    Counterpart,
    ModelFile,
    PastFile,
    PastFunction,
    PythonFunction,
    Source,
)


def lasting_text(source: Source) -> str:
    """Text of a source that means the same in every working folder."""
    if isinstance(source, Counterpart):
        return MINUS.join((lasting_text(source.base), *source.terms))
    if isinstance(source, PastFile | PastFunction):
        return f"{GIT}{source.revision}:{lasting_text(source.now)}"
    if isinstance(source, ModelFile):
        return os.path.abspath(source.path)  # noqa: PTH100 - Path.resolve would follow links
    if isinstance(source, PythonFunction) and source.is_file:
        return f"{os.path.abspath(source.location)}:{source.function}"  # noqa: PTH100
    return str(source)
