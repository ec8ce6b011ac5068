"""Documents hold one graph with its analysis."""

from __future__ import annotations

from resnet_viz.document import make_document
from resnet_viz.sources.types import ModelFile
from tests.support.graphs import architectures as nets


def test_that_a_document_holds_one_graph() -> None:
    graph = nets.resnet(18)
    made = make_document(ModelFile("a.keras"), "A", graph)
    assert made.graph is graph is made.structure.graph
    assert made.title == "A"
