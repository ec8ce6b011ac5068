"""Contents of nodes whose colours mean a number."""

from __future__ import annotations

import msgspec

from resnet_viz.drawing.content import Content
from resnet_viz.drawing.legend.heat import Heat
from resnet_viz.drawing.legend.measured import Measured
from resnet_viz.layout.types import Node


def heated(
    heat: Heat, measured: Measured, nodes: list[Node], contents: dict[str, Content]
) -> dict[str, Content]:
    """The contents with the colour and the text of the measure; headers have the text alone."""
    return {node.key: _heated(heat, measured, node, contents[node.key]) for node in nodes}


def _heated(heat: Heat, measured: Measured, node: Node, content: Content) -> Content:
    replace = msgspec.structs.replace
    if node.kind == "join":
        return content
    value = measured.of(node)
    text = heat.text(value) if measured.is_own(node) else ""
    if node.kind == "panel":
        return replace(content, cost=text)
    if node.kind == "frame":
        return replace(content, cost=f"{text} {heat.noun}".strip() if text else "")
    content = replace(content, heat=heat.token(value))
    if node.kind == "stage":
        return replace(content, cost=text)
    return replace(content, value=_of_fold(heat, measured, node) if node.folded else text)


def _of_fold(heat: Heat, measured: Measured, node: Node) -> str:
    """The number of each group behind a fold: "each 1.18 M", or "83 px … 211 px"."""
    texts = [heat.text(measured.of_group(group)) for group in node.folded]
    if len(set(texts)) == 1:
        return f"each {texts[0]}" if texts[0] else ""
    return f"{texts[0]} … {texts[-1]}"
