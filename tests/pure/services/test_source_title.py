"""Titles of sources for people."""

from __future__ import annotations

import pytest

from resnet_viz.services.source_title import source_title
from resnet_viz.sources.types import BuiltIn, Counterpart, ModelFile, Source


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (BuiltIn("resnet34"), "ResNet-34"),
        (BuiltIn("resnet34", (("classes", "10"),)), "ResNet-34 (10 classes)"),
        (BuiltIn("nonsense"), "nonsense"),
        (ModelFile("/a/b/my model.keras"), "my model"),
        (ModelFile("C:\\models\\net.json"), "net"),
        (ModelFile(".json"), ".json"),
        (Counterpart(BuiltIn("resnet34"), ("shortcuts",)), "ResNet-34 without shortcuts"),
        (Counterpart(ModelFile("a/net.h5"), ("b", "c", "d")), "net without b, c and d"),
    ],
)
def test_that_sources_have_titles(source: Source, title: str) -> None:
    assert source_title(source) == title
