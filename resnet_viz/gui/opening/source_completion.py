"""What a half-typed source may become: names, parameters, files, functions in a Python file."""

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

MOST: Final = 60
_MOST_IN_FOLDER: Final = 5000
_LARGEST_SCRIPT: Final = 1024 * 1024
_DEFINITION: Final = re.compile(r"^(?:async\s+)?def\s+([^\W\d]\w*)", re.MULTILINE)


def completions(text: str, recent: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Whole sources that begin with, or hold, what is typed; best first. Nothing is imported."""
    text = text.strip()
    name, question, query = text.partition("?")
    found: list[str] = []
    if question:
        found += _with_parameters(name, query)
    elif ".py:" in text:
        found += _functions(text)
    else:
        names = (*BUILTIN_NAMES, *(f"{PREFIX}{each}" for each in APPLICATION_NAMES))
        wanted = text.casefold()
        found += [each for each in recent if wanted in each.casefold()]
        found += [each for each in names if each.casefold().startswith(wanted)]
        found += [each for each in names if wanted in each.casefold()]
        found += _files(text)
    return tuple(dict.fromkeys(each for each in found if each != text))[:MOST]


def _with_parameters(name: str, query: str) -> Iterator[str]:
    """``name?…`` with the parameter that is being typed, or its value, filled in."""
    known = _parameters(name)
    *done, last = query.split("&")
    key, equals, value = last.partition("=")
    before = f"{name}?" + "".join(f"{each}&" for each in done)
    if not equals:
        used = {each.partition("=")[0] for each in done}
        for parameter in known:
            if parameter.name.startswith(key) and parameter.name not in used:
                yield f"{before}{parameter.name}="
        return
    for parameter in known:
        if parameter.name == key:
            values = parameter.values.split("|") if "|" in parameter.values else []
            for each in dict.fromkeys((parameter.default, *values)):
                if each.startswith(value):
                    yield f"{before}{key}={each}"


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
    shown = text[: len(text) - len(start)]
    found: list[str] = []
    try:
        with os.scandir(folder or ".") as entries:
            for number, each in enumerate(entries):
                if number >= _MOST_IN_FOLDER:
                    break
                if not each.name.startswith(start) or (each.name[0] == "." and not start):
                    continue
                if each.is_dir():
                    found.append(f"{shown}{each.name}{os.sep}")
                elif each.name.lower().endswith(FILE_SUFFIXES):
                    found.append(f"{shown}{each.name}")
                elif each.name.endswith(".py"):
                    found.append(f"{shown}{each.name}:")
    except (OSError, ValueError):  # no such folder, or a name that the file system can't have
        return []
    return sorted(found)


def _functions(text: str) -> list[str]:
    """The functions at the top of a Python file, found by reading it; nothing is run."""
    place, _, start = text.rpartition(":")
    try:
        path = Path(place).expanduser()
        if path.stat().st_size > _LARGEST_SCRIPT:
            return []
        script = path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError, RuntimeError):
        return []
    names = [each for each in _DEFINITION.findall(script) if not each.startswith("_")]
    return [f"{place}:{each}" for each in names if each.startswith(start)]
