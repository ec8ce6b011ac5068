"""Pens, brushes and outlines of marks; equal pens and brushes are cached."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen

from resnet_viz.drawing.display_list import (
    FAR,
    NEAR,
    Box,
    Circle,
    Cubic,
    Dash,
    Line,
    Mark,
    Move,
    Path,
)

NO_PEN: Final = QPen(Qt.PenStyle.NoPen)
NO_BRUSH: Final = QBrush()  # with an enum, gradients and images would be tried, and set up


@lru_cache(maxsize=1024)
def pen(
    color: str, width: float = 1.0, dash: Dash = (), lod: int = NEAR, opacity: float = 1.0
) -> QPen:
    """A pen of ``width`` scene pixels at NEAR, of as many device pixels below, at most 1 at FAR.

    Caps are flat and joins round. ``dash`` is in pixels, as the display list has it; Qt wants it
    in widths of the pen.
    """
    made = QPen(_color(color, opacity))
    if lod == FAR:
        width = min(width, 1.0)
    if lod != NEAR:
        width = max(width, 1.0)
        made.setCosmetic(True)
    made.setWidthF(width)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        made.setDashPattern([part / width for part in dash])
    return made


@lru_cache(maxsize=1024)
def brush(color: str) -> QBrush:
    """A solid brush."""
    return QBrush(_color(color, 1.0))


def _color(color: str, opacity: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(opacity)
    return made


def outline(mark: Mark) -> QPainterPath:
    """The mark's line as a path in scene coordinates."""
    if isinstance(mark, Box | Circle):
        return rounded(mark, 0.0)
    if isinstance(mark, Path):
        return _path(mark)
    raise TypeError(f"a {type(mark).__name__} has no outline")


def rounded(mark: Mark, by: float) -> QPainterPath:
    """The outline of a box or circle, ``by`` pixels further out on every side."""
    made = QPainterPath()
    if isinstance(mark, Circle):
        made.addEllipse(QPointF(mark.x, mark.y), mark.radius + by, mark.radius + by)
    elif isinstance(mark, Box):
        rect = mark.rect.grown(by)
        drawn = QRectF(rect.x, rect.y, rect.width, rect.height)
        radius = min(mark.radius + by, rect.width / 2, rect.height / 2) if mark.radius else 0.0
        if radius > 0:
            made.addRoundedRect(drawn, radius, radius)
        else:
            made.addRect(drawn)
    return made


def _path(mark: Path) -> QPainterPath:
    made = QPainterPath()
    for step in mark.steps:
        if isinstance(step, Move):
            made.moveTo(step.x, step.y)
        elif isinstance(step, Line):
            made.lineTo(step.x, step.y)
        elif isinstance(step, Cubic):
            made.cubicTo(step.x1, step.y1, step.x2, step.y2, step.x, step.y)
        else:
            made.closeSubpath()
    return made
