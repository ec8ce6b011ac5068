"""The whole way of a file through the program without a window: read, analyse, draw, report."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from resnet_viz.analysis.wording.captions import caption
from resnet_viz.analysis.wording.layer_settings import layer_settings
from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.errors import AppError, ModelError
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.reading.read import read_file
from resnet_viz.reports.formats import FORMATS, render
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import ModelFile
from tests.support.model_files.checks import check_graph
from tests.support.pictures.fixed_measurer import FixedMeasurer

VIEWS: Final = (
    View(detail="layer"),
    View(detail="block"),
    View(detail="stage"),
    View(detail="unit", layout="column"),
)


def go_whole_way(path: Path, *, view: View = VIEWS[0]) -> str:
    """Read, analyse, draw and report the model in a file; returns the refusal, "" if it is read.

    Raises:
        Exception: whatever is not handled.
    """
    try:
        graph = read_file(path)
    except ModelError as error:
        return error.message
    analyse_and_draw(graph, view=view)
    return ""


def analyse_and_draw(graph: Graph, *, view: View = VIEWS[0]) -> None:
    """Analyse a graph, draw it without Graphviz, and write all reports and settings of it."""
    check_graph(graph)
    document = make_document(ModelFile("model"), graph.name, graph)
    picture(document, view, FixedMeasurer(), _no_dot)
    values = report(document)
    for format_ in FORMATS:
        render(values, format_).encode()
    for call in graph.calls:
        assert all(isinstance(text, str) for row in layer_settings(call) for text in row)
        caption(call, graph)


def _no_dot(_text: str) -> str:
    raise AppError("left out: rows by rank do")
