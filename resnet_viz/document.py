"""A model that is open: where it comes from, its graph, and all that analysis found in it."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.problems.find import problems_of
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph
from resnet_viz.sources.types import Source


class Document(msgspec.Struct, frozen=True):
    """What every view, panel and export of one open model shares.

    Attributes:
        source: how the user named it.
        title: for people: "ResNet-34", or the model's own name.
        graph, structure, numbers: see their types; ``structure.graph`` is ``graph``.
        problems: what a reader should know, warnings first.
    """

    source: Source
    title: str
    graph: Graph
    structure: Structure
    numbers: Numbers
    problems: tuple[Problem, ...] = ()


def make_document(source: Source, title: str, graph: Graph) -> Document:
    """Analyse ``graph`` and put everything together."""
    structure = structure_of(graph)
    numbers = numbers_of(structure)
    return Document(source, title, graph, structure, numbers, problems_of(structure, numbers))
