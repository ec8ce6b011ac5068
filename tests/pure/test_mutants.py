"""Mutants of small model files go the whole way, or are refused in a sentence; nothing else.

2,000 run with the tests; ``--mutants=100000`` tries more. A number in a failure makes the mutant
again: ``mutant(number, folder)``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.support.model_files.mutants import mutant
from tests.support.model_files.whole_way import VIEWS, go_whole_way

pytestmark = pytest.mark.long

STEP: Final = 250


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "first" in metafunc.fixturenames:
        metafunc.parametrize("first", range(0, metafunc.config.getoption("mutants"), STEP))


def test_that_mutants_are_refused_or_go_the_whole_way(first: int, tmp_path: Path) -> None:
    refused = 0
    for number in range(first, first + STEP):
        path = mutant(number, tmp_path)
        try:
            message = go_whole_way(path, view=VIEWS[number % len(VIEWS)])
        except Exception as error:
            error.add_note(f"mutant {number}")
            raise
        assert message.isprintable()
        assert len(message) < 700
        refused += bool(message)
    assert 0 < refused < STEP
