"""Reports on graphs, and what is read back from their texts."""

from __future__ import annotations

import re
from typing import Any

from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import BuiltIn, ModelFile
from tests.support.graphs.shipped import shipped


def report_on(graph: Graph) -> dict[str, Any]:
    """Report on a graph as if it were from a file."""
    return report(make_document(ModelFile("model.keras"), graph.name, graph))


def builtin_document(name: str, title: str) -> Document:
    """Document of a built-in model that is read from its stored configuration."""
    return make_document(BuiltIn(name), title, shipped(name))


def resnet34_report() -> dict[str, Any]:
    """Report on ResNet-34."""
    return report(builtin_document("resnet34", "ResNet-34"))


def text_rows(text: str, table: str) -> dict[str, list[str]]:
    """Cells of a table of a text report by their row's name."""
    lines = text.partition(f"\n{table}")[2].partition("\n\n")[0].splitlines()[1:]
    rows = [re.split(r"  +", line.strip()) for line in lines if not line.startswith("─")]
    return {name: cells for name, *cells in rows}


def text_total(text: str, label: str) -> str:
    """Value of a total of a text report."""
    line = next(line for line in text.splitlines() if line.startswith(f"{label}  "))
    return line.removeprefix(label).strip()
