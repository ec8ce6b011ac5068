"""A picture in a sentence, for its metadata and for readers who can't see it."""

from __future__ import annotations

from collections import Counter

from resnet_viz.analysis.costs.summary import parameters_and_macs
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.document import Document
from resnet_viz.graph.shapes import shape_text


def alt_text(document: Document, title: str = "") -> str:
    """Name, shapes, structure and totals of a model in one sentence.

    "Diagram of ResNet-34: from 224×224×3 to 1000 in 6 stages with 16 blocks, 13 identity and 3
    projection shortcuts; 21.8 M parameters, 3.66 G MACs."

    Args:
        document: the model.
        title: its name; "" for the document's.
    """
    graph, structure = document.graph, document.structure
    ranks = graph.channels_first_ranks
    ends = [
        ", ".join(shape_text(graph.tensor(ref).shape, channels_first_ranks=ranks) for ref in refs)
        for refs in (graph.inputs, graph.outputs)
    ]
    kinds = Counter(shortcut.kind for shortcut in structure.shortcuts)
    shortcuts = " and ".join(f"{count} {kind}" for kind, count in kinds.items())
    parts = [counted(len(structure.blocks), "block")] if structure.blocks else []
    if shortcuts:
        parts.append(f"{shortcuts} {'shortcut' if kinds.total() == 1 else 'shortcuts'}")
    inside = f" with {', '.join(parts)}" if parts else ""
    totals = parameters_and_macs(document.numbers.totals.numbers)
    return (
        f"Diagram of {title or document.title}: from {ends[0]} to {ends[1]} in "
        f"{counted(len(structure.stages), 'stage')}{inside}; {totals}."
    )
