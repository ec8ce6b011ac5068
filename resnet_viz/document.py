"""An open document: a model's source, its graph and the results of analysis."""

from __future__ import annotations

from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.notebook_picture import NotebookPicture
from resnet_viz.graph.types import Graph
from resnet_viz.sources.types import Source


class Document(NotebookPicture, frozen=True):
    """An analysed model, shared by all its views, panels and exports.

    Attributes:
        source: the source that the user named.
        title: a title for people: "ResNet-34", or the model's own name.
        graph, structure, numbers: see their types; ``structure.graph`` is ``graph``.
        problems: findings about the architecture, warnings first.
    """

    source: Source
    title: str
    graph: Graph
    structure: Structure
    numbers: Numbers
    problems: tuple[Problem, ...] = ()


def make_document(source: Source, title: str, graph: Graph) -> Document:
    """Analyse a graph and make its document."""
    from resnet_viz.analysis.costs.compute import numbers_of  # a cached document needs no analysis
    from resnet_viz.analysis.problems.find import problems_of
    from resnet_viz.analysis.structure.detect import structure_of

    structure = structure_of(graph)
    numbers = numbers_of(structure)
    return Document(source, title, graph, structure, numbers, problems_of(structure, numbers))
