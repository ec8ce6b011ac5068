"""What a source's text names: a built-in architecture or a model file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from resnet_viz.errors import UsageError, quoted
from resnet_viz.sources import ModelFile, Source
from resnet_viz.zoo.catalog import NAMES, builtin

_FILE_SUFFIXES: Final = (".keras", ".json")
_HDF5_SUFFIXES: Final = (".h5", ".hdf5")


def parse_source(text: str) -> Source:
    """The source that ``text`` names; files are not opened.

    A built-in's name wins over a file of that name in the working folder, which "./NAME" names.

    Raises:
        UsageError: empty, an unknown built-in, parameter or value, or a kind of source or file
            that isn't supported.
    """
    text = text.strip()
    if not text:
        raise UsageError("No model is named; name a built-in such as resnet34, or a model file.")
    if text.partition("?")[0] in NAMES:
        return builtin(text)
    suffix = _suffix(text)
    if suffix in _FILE_SUFFIXES:
        return ModelFile(text)
    _refuse_unsupported(text, suffix)
    if _exists(text) or _has_separator(text):
        return ModelFile(text)
    if re.fullmatch(r"\.[A-Za-z]\w*", suffix):
        raise UsageError(
            f"{quoted(text)} is neither a file here nor a built-in; a model file ends in .keras "
            "or .json."
        )
    return builtin(text)


def _refuse_unsupported(text: str, suffix: str) -> None:
    if text.startswith("keras:"):
        raise UsageError(
            f"{quoted(text)} names a model of keras.applications, which isn't supported yet; "
            'save it as a .keras file, or choose one of "resnet-viz models".'
        )
    if suffix in _HDF5_SUFFIXES:
        raise UsageError(
            f"{quoted(text)} is an HDF5 file, which isn't supported yet; save the model as .keras "
            "or .json."
        )
    if re.fullmatch(r"(.+\.py|[A-Za-z_][\w.]*):[A-Za-z_]\w*", text):
        raise UsageError(
            f"{quoted(text)} names a Python function, which isn't supported yet; save its model "
            "as a .keras file."
        )


def _suffix(text: str) -> str:
    return os.path.splitext(text)[1].lower()  # noqa: PTH122 - no Path: the text may be no path


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # too long, or a NUL character
        return False


def _has_separator(text: str) -> bool:
    return "/" in text or os.sep in text or bool(os.altsep and os.altsep in text)
