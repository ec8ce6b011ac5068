"""Completions of a half-typed source: names, parameters, files, functions in a Python file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from resnet_viz.errors import UsageError
from resnet_viz.sources.catalog import BUILTIN_NAMES, find_architecture
from resnet_viz.sources.keras_applications import APPLICATION_NAMES, PREFIX, find_application
from resnet_viz.sources.parameters import Parameter
from resnet_viz.sources.parse import FILE_SUFFIXES
from resnet_viz.sources.types import MINUS, SHORTCUTS

MOST: Final = 60
_MOST_IN_FOLDER: Final = 5000
_LARGEST_SCRIPT: Final = 1024 * 1024
_DEFINITION: Final = re.compile(r"^(?:async\s+)?def\s+([^\W\d]\w*)", re.MULTILINE)


def completions(text: str, recent: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Whole sources that begin with, or contain, the typed text; best first; imports nothing."""
    text = text.strip()
    name, question, query = text.partition("?")
    matches: list[str] = []
    base, minus, term = f"{text} ".rpartition(MINUS)
    if minus:
        matches += [f"{base}{MINUS}{SHORTCUTS}"] if SHORTCUTS.startswith(term.strip()) else []
        matches += [source for source in recent if source.startswith(text)]
    elif question:
        matches += _with_parameters(name, query)
    elif ".py:" in text:
        matches += _functions(text)
    else:
        names = (*BUILTIN_NAMES, *(f"{PREFIX}{name}" for name in APPLICATION_NAMES))
        wanted = text.casefold()
        matches += [source for source in recent if wanted in source.casefold()]
        matches += [name for name in names if name.casefold().startswith(wanted)]
        matches += [name for name in names if wanted in name.casefold()]
        matches += _files(text)
    return tuple(dict.fromkeys(match for match in matches if match != text))[:MOST]


def _with_parameters(name: str, query: str) -> Iterator[str]:
    """``name?…`` with the half-typed parameter, or its value, filled in."""
    known = _parameters(name)
    *done, last = query.split("&")
    key, equals, value = last.partition("=")
    before = f"{name}?" + "".join(f"{pair}&" for pair in done)
    if not equals:
        used = {pair.partition("=")[0] for pair in done}
        for parameter in known:
            if parameter.name.startswith(key) and parameter.name not in used:
                yield f"{before}{parameter.name}="
        return
    for parameter in known:
        if parameter.name == key:
            values = parameter.values.split("|") if "|" in parameter.values else []
            for choice in dict.fromkeys((parameter.default, *values)):
                if choice.startswith(value):
                    yield f"{before}{key}={choice}"


def _parameters(name: str) -> tuple[Parameter, ...]:
    if name in BUILTIN_NAMES:
        return find_architecture(name).parameters
    if name.startswith(PREFIX):
        try:
            return find_application(name.removeprefix(PREFIX)).parameters
        except UsageError:
            return ()
    return ()


def _files(text: str) -> list[str]:
    """Model files, Python files and folders whose path begins with ``text``."""
    if not text:
        return []
    folder, start = os.path.split(os.path.expanduser(text))  # noqa: PTH111 - kept as typed
    typed = text[: len(text) - len(start)]
    matches: list[str] = []
    try:
        with os.scandir(folder or ".") as entries:
            for number, entry in enumerate(entries):
                if number >= _MOST_IN_FOLDER:
                    break
                if not entry.name.startswith(start) or (entry.name[0] == "." and not start):
                    continue
                if entry.is_dir():
                    matches.append(f"{typed}{entry.name}{os.sep}")
                elif entry.name.lower().endswith(FILE_SUFFIXES):
                    matches.append(f"{typed}{entry.name}")
                elif entry.name.endswith(".py"):
                    matches.append(f"{typed}{entry.name}:")
    except (OSError, ValueError):  # no such folder, or a name that the file system can't have
        return []
    return sorted(matches)


def _functions(text: str) -> list[str]:
    """Top-level functions of a Python file, matches by reading it; nothing is run."""
    file, _, start = text.rpartition(":")
    try:
        path = Path(file).expanduser()
        if path.stat().st_size > _LARGEST_SCRIPT:
            return []
        script = path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError, RuntimeError):
        return []
    names = [name for name in _DEFINITION.findall(script) if not name.startswith("_")]
    return [f"{file}:{name}" for name in names if name.startswith(start)]
