"""The user's functions as they were in a git revision."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from resnet_viz.engine.user_code.user_functions import load_function
from resnet_viz.errors import ModelError
from resnet_viz.sources.types import PastFunction, PythonFunction
from tests.support.repositories import commit, make_repository

MODEL = "import past_widths\n\ndef build():\n    return past_widths.WIDTH\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    make_repository(tmp_path)
    commit(tmp_path, {"model.py": MODEL, "past_widths.py": "WIDTH = 1\n"})
    commit(tmp_path, {"past_widths.py": "WIDTH = 2\n"})
    return tmp_path


def called(source: PythonFunction, folder: Path) -> object:
    with load_function(source, folder=str(folder)) as function:
        return function()


@pytest.mark.parametrize("order", ["past first", "present first"])
@pytest.mark.parametrize("location", ["model.py", "model"])
def test_that_each_revision_imports_its_own_modules(
    repository: Path, order: str, location: str
) -> None:
    sources = [
        (PastFunction(location, "build", "HEAD~1"), 1),
        (PythonFunction(location, "build"), 2),
        (PastFunction(location, "build", "HEAD~1"), 1),
        (PastFunction(location, "build", "HEAD"), 2),
    ]
    if order == "present first":
        sources.reverse()
    try:
        assert [called(source, repository) for source, _ in sources] == [n for _, n in sources]
        assert sys.modules["past_widths"].__file__ == str(repository / "past_widths.py")
    finally:
        for name in ("past_widths", "model"):
            sys.modules.pop(name, None)


def test_that_a_function_that_git_does_not_have_is_one_sentence(repository: Path) -> None:
    with pytest.raises(ModelError, match=r'"other\.py" is not in the revision "HEAD"'):
        called(PastFunction("other.py", "build", "HEAD"), repository)
