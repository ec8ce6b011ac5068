"""The census of keras.applications, beside one that enumerates paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from resnet_viz.analysis.structure import structure_of
from resnet_viz.reading.read import read_config
from resnet_viz.zoo.applications import APPLICATIONS
from tests.engine.analysis.path_census import census

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("name", APPLICATIONS)
def test_that_blocks_and_shortcuts_are_those_that_paths_tell(
    name: str, application: Callable[[str], bytes]
) -> None:
    graph = read_config(application(name), where=name)
    structure = structure_of(graph)
    expected = census(graph)
    assert Counter(block.block_kind for block in structure.blocks) == expected.blocks
    shortcuts = Counter(one.kind for one in structure.shortcuts if not one.long)
    assert shortcuts == expected.shortcuts
    assert Counter(one.kind for one in structure.shortcuts if one.long) == expected.long
