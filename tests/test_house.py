"""Gates on names and prose: unique class names, docstrings that can be searched, small folders."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import KERAS_WAS_COLLECTED

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "resnet_viz"

# Class names that two modules share on purpose, each with the reason.
SHARED_NAMES: dict[str, str] = {}
# First words of a docstring that no reader would search for.
RELATIVE = re.compile(r"(What|Whom|Whose|Which|Whether|Where|How|That|Those|Of|Its|Their|Qt's)\b")
POSSESSIVE = re.compile(r"[\w.]+'s\.?$")
EMPTY_NAMES = {"values", "settings", "parts", "things", "utils", "misc", "helpers", "common"}
MOST_MODULES = 16


class Prose(NamedTuple):
    """Names and prose of one module."""

    classes: list[str]
    docstrings: list[tuple[int, str]]
    """First line of each, of attributes and constants too, with its line in the file."""


@cache
def modules() -> dict[Path, Prose]:
    paths = sorted((*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")))
    return {path: _prose(ast.parse(path.read_text(encoding="utf-8"))) for path in paths}


def _prose(tree: ast.Module) -> Prose:
    docstrings = []
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))) if text.strip():
                docstrings.append((node.lineno, text.strip().splitlines()[0]))
    return Prose([node.name for node in tree.body if isinstance(node, ast.ClassDef)], docstrings)


def of_package() -> Iterator[tuple[Path, Prose]]:
    return ((path, prose) for path, prose in modules().items() if path.is_relative_to(PACKAGE))


def test_that_class_names_are_unique_in_the_package() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path, prose in of_package():
        for name in prose.classes:
            homes[name].append(str(path.relative_to(ROOT)))
    shared = {name: files for name, files in homes.items() if len(files) > 1}
    assert {name: files for name, files in shared.items() if name not in SHARED_NAMES} == {}
    assert SHARED_NAMES.keys() <= shared.keys(), "an exception that is needed no more"


@pytest.mark.parametrize("pattern", [RELATIVE, POSSESSIVE], ids=["relative clause", "possessive"])
def test_that_docstrings_begin_with_what_one_would_search_for(pattern: re.Pattern[str]) -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line}"
        for path, prose in modules().items()
        for line, text in prose.docstrings
        if pattern.match(text)
    ] == []


def test_that_modules_are_called_after_what_they_hold() -> None:
    assert [str(path) for path, _ in of_package() if path.stem in EMPTY_NAMES] == []


def test_that_no_folder_is_a_flat_hall() -> None:
    counts = Counter(path.parent for path, _ in of_package() if path.stem != "__init__")
    assert {str(folder): n for folder, n in counts.items() if n > MOST_MODULES} == {}


@pytest.mark.parametrize(
    ("words", "home"),
    [
        ("shortcut path", "analysis/structure/regions/shortcuts.py"),
        ("excepthook", "gui/notices/errors.py"),
        ("atomic", "files.py"),
        ("receptive field", "analysis/receptive_field/propagate.py"),
        ("handshake", "protocol/handshake.py"),
        ("level of detail", "scene/lod.py"),
        ("file watcher", "services/file_watcher.py"),
    ],
)
def test_that_a_search_finds_the_place(words: str, home: str) -> None:
    assert words in (PACKAGE / home).read_text(encoding="utf-8").lower()


def test_that_keras_waits_until_a_test_needs_it(pytestconfig: pytest.Config) -> None:
    """The import of Keras takes longer than that of all tests together."""
    assert not pytestconfig.stash[KERAS_WAS_COLLECTED]
