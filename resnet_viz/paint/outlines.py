"""Outlines of text in the bundled font, for pictures that must not depend on any font."""

from __future__ import annotations

from PySide6.QtGui import QPainterPath

from resnet_viz.drawing.display_list import Close, Cubic, Line, Move, Step
from resnet_viz.paint.fonts import REFERENCE, reference
from resnet_viz.paint.printable import printable

__all__ = ["REFERENCE", "text_outline"]


def text_outline(text: str, weight: int, *, tabular: bool) -> tuple[tuple[Step, ...], float]:
    """Closed curves and advance width of a line of text at ``REFERENCE`` pixels, baseline at 0."""
    font, metrics = reference(weight, tabular=tabular)
    path, shown = QPainterPath(), printable(text)
    path.addText(0, 0, font, shown)
    steps: list[Step] = []
    index, kinds = 0, QPainterPath.ElementType
    while index < path.elementCount():
        element = path.elementAt(index)
        if element.type == kinds.CurveToElement:
            second, end = path.elementAt(index + 1), path.elementAt(index + 2)
            steps.append(Cubic(*(v for e in (element, second, end) for v in (e.x, e.y))))
            index += 3
            continue
        if element.type == kinds.MoveToElement:
            if steps:
                steps.append(Close())
            steps.append(Move(element.x, element.y))
        else:
            steps.append(Line(element.x, element.y))
        index += 1
    return (*steps, Close()) if steps else (), metrics.horizontalAdvance(shown)
