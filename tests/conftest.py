"""Environment for tests before Qt starts: no screen, no scaling, one font; tiers of tests."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

if "--headed" not in sys.argv:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = "1"
os.environ["QT_FONT_DPI"] = "96"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

# Modules and tests stay until the end: to walk them again and again would take longer than tests.
gc.disable()  # until pytest_collection_finish

# The fixed profile tries the same examples in every run, so that no run fails by chance.
settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.register_profile(
    "wide", max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("brief", settings.get_profile("fixed"), max_examples=10)
settings.load_profile("fixed")

# Left out of the quick tier: windows, processes and Keras take a second and more for each test.
SLOW_FOLDERS = ("bench", "cli", "e2e", "engine", "qt/engine_client", "qt/gui")
NOT_QUICK = {"engine", "dot", "slow", "long"}

KERAS_WAS_COLLECTED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--headed``: show the windows that tests open; ``--mutants``: number of mutated files."""
    parser.addoption("--headed", action="store_true", help="show the windows that tests open")
    parser.addoption("--mutants", type=int, default=2_000, help="number of mutated model files")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the quick tier, and skip what takes minutes unless ``-m slow`` asks for it."""
    with_slow = "slow" in config.getoption("markexpr", "")
    root = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(root).as_posix()
        is_quick = "/" in folder and not folder.startswith(SLOW_FOLDERS)
        if is_quick and not NOT_QUICK & item.keywords.keys():
            item.add_marker(pytest.mark.quick)
        if "slow" in item.keywords and not with_slow:
            item.add_marker(pytest.mark.skip(reason="takes minutes; run it with -m slow"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Collect garbage from now on, but only that of tests."""
    session.config.stash[KERAS_WAS_COLLECTED] = "keras" in sys.modules
    gc.freeze()
    gc.enable()
