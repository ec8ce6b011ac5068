"""Parser of source texts: built-ins, keras.applications, files, users' functions, git revisions."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from resnet_viz.errors import UsageError, quoted
from resnet_viz.sources.catalog import BUILTIN_NAMES, parse_builtin
from resnet_viz.sources.keras_applications import PREFIX, parse_application
from resnet_viz.sources.types import (
    GIT,
    MINUS,
    SHORTCUTS,
    Base,
    Counterpart,
    ModelFile,
    PastFile,
    PastFunction,
    PythonFunction,
    Source,
)

FILE_SUFFIXES: Final = (".keras", ".h5", ".hdf5", ".json")
VIEW_SUFFIX: Final = ".view.json"
"""End of the names of saved views, which hold a source instead of a model."""
_FUNCTION: Final = re.compile(
    r"(?P<location>.+\.py|[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*)"
)
_PAST: Final = re.compile(rf"{GIT}(?P<revision>[^:]*):(?P<source>.*)", re.DOTALL)


def parse_source(text: str) -> Source:
    """The source that ``text`` names; files are not opened and nothing is imported.

    A built-in's name wins over a file of that name in the working folder, which "./NAME" names. A
    file wins over a counterpart: "a - b.keras" is that file, if it exists.

    Raises:
        UsageError: empty, an unknown built-in, model, parameter or value, or a kind of source or
            file that isn't supported.
    """
    text = text.strip()
    if not text:
        raise UsageError("No model given; name a built-in such as resnet34, or a model file.")
    base, terms = _split(text)
    if terms:
        return Counterpart(_parse_base(base), tuple(dict.fromkeys(terms)))
    return _parse_base(text)


def _split(text: str) -> tuple[str, list[str]]:
    """The source and the terms in "SOURCE - TERM - TERM"; a file's name may hold " - " too."""
    parts = [part.strip() for part in f" {text} ".split(MINUS)]  # a minus may end the text
    if len(parts) == 1 or _exists(text):
        return text, []
    _check_terms(text, parts)
    for count in range(len(parts), 1, -1):
        base = MINUS.join(parts[:count])
        if _exists(base) or _suffix(base) in FILE_SUFFIXES or _FUNCTION.fullmatch(base):
            return base, parts[count:]
    return parts[0], parts[1:]


def _check_terms(text: str, parts: list[str]) -> None:
    if not all(parts):
        where = "after" if parts[0] else "before"
        example = f"{parts[0] or 'resnet34'}{MINUS}{SHORTCUTS}"
        raise UsageError(
            f"{quoted(text)} has nothing {where} a minus; write, for example, {quoted(example)}."
        )


def _parse_base(text: str) -> Base:
    past = _PAST.fullmatch(text)
    if past is None or _exists(text):
        return _parse_present(text)
    return _parse_past(past["revision"].strip(), past["source"].strip())


def _parse_present(text: str) -> Base:
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


def _parse_past(revision: str, text: str) -> PastFile | PastFunction:
    example = f"{GIT}HEAD~1:model.py:build"
    if not revision or not text:
        missing = "source" if revision else "revision"
        raise UsageError(f"A source of git needs a {missing}; write, for example, {example}.")
    if revision.startswith("-") or not revision.isprintable():
        raise UsageError(f"{quoted(revision)} is no git revision; write, for example, {example}.")
    source = None if _PAST.fullmatch(text) else _parse_present(text)
    if isinstance(source, ModelFile):
        return PastFile(source.path, revision)
    if isinstance(source, PythonFunction):
        return PastFunction(source.location, source.function, revision)
    raise UsageError(
        f"{quoted(text)} is no file and no function, so git has no older one; write, for example, "
        f"{example}."
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
