"""Pytest fixture that compares models with snapshots beside the tests.

Enable it in a project's conftest.py: ``pytest_plugins = ["resnet_viz.pytest_plugin"]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from resnet_viz.testing import assert_same_architecture

if TYPE_CHECKING:
    from resnet_viz.api import Model

FOLDER = "snapshots"
"""Folder beside the test's file that holds its snapshots."""


@pytest.fixture
def same_architecture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Assertion that a model has the architecture of snapshots/NAME.json beside the test's file.

    Example:
        >>> def test_model(same_architecture):
        ...     same_architecture(build_model(), "model")
    """
    folder = request.path.parent / FOLDER

    def check(model: Model, name: str = "", *, with_trainable: bool = False) -> None:
        folder.mkdir(exist_ok=True)
        # a parameter of the test may hold what a file's name can't
        stem = name or re.sub(r"[^\w.\[\]=,-]", "_", request.node.name)
        path = folder / f"{stem}.json"
        assert_same_architecture(model, path, with_trainable=with_trainable)

    return check
