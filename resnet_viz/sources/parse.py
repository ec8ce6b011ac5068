"""Parser of source texts: a built-in, a model of keras.applications, a file, a user's function."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from resnet_viz.errors import UsageError, quoted
from resnet_viz.sources.catalog import BUILTIN_NAMES, parse_builtin
from resnet_viz.sources.keras_applications import PREFIX, parse_application
from resnet_viz.sources.types import ModelFile, PythonFunction, Source

FILE_SUFFIXES: Final = (".keras", ".h5", ".hdf5", ".json")
_FUNCTION: Final = re.compile(
    r"(?P<location>.+\.py|[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*)"
)


def parse_source(text: str) -> Source:
    """The source that ``text`` names; files are not opened and nothing is imported.

    A built-in's name wins over a file of that name in the working folder, which "./NAME" names.

    Raises:
        UsageError: empty, an unknown built-in, model, parameter or value, or a kind of source or
            file that isn't supported.
    """
    text = text.strip()
    if not text:
        raise UsageError("No model given; name a built-in such as resnet34, or a model file.")
    if text.partition("?")[0] in BUILTIN_NAMES:
        return parse_builtin(text)
    if text.lower().startswith(PREFIX):
        return parse_application(text[len(PREFIX) :])
    suffix = _suffix(text)
    if suffix in FILE_SUFFIXES:
        return ModelFile(text)
    function = _FUNCTION.fullmatch(text)
    if function and not _exists(text):
        return PythonFunction(function["location"], function["name"])
    if suffix == ".py":
        raise UsageError(
            f"{quoted(text)} is Python code; name the function in it that returns the model, as "
            f"in {quoted(text + ':build')}."
        )
    if _exists(text) or _has_separator(text):
        return ModelFile(text)
    if re.fullmatch(r"\.[A-Za-z]\w*", suffix):
        raise UsageError(
            f"{quoted(text)} is neither an existing file nor a built-in; a model file ends in "
            ".keras, .h5 or .json."
        )
    return parse_builtin(text)


def _suffix(text: str) -> str:
    return os.path.splitext(text)[1].lower()  # noqa: PTH122 - no Path: the text may be no path


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # too long, or a NUL character
        return False


def _has_separator(text: str) -> bool:
    return "/" in text or os.sep in text or bool(os.altsep and os.altsep in text)
