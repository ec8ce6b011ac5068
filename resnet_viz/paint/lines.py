"""Text shaping: lines of text as glyph runs, cached.

Glyph runs have exact sizes such as 12.5 px (a QFont takes whole pixels only), look the same on
every device whatever its resolution, and are drawn three times as fast as plain text.
"""

from __future__ import annotations

import threading
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QGlyphRun, QPainterPath, QRawFont, QTextLayout, QTextOption

from resnet_viz.paint.fonts import REFERENCE, reference
from resnet_viz.paint.printable import printable

_KEPT: Final = 20_000
"""Lines cached for one thread before the cache is cleared."""
_VARIED: Final = "0123456789×→←↔–-+:=,.·()[]{}<>/@%&"
"""Characters of which fonts have variants: tabular, or raised between figures and capitals."""
_twins: dict[tuple[str, int, int], tuple[int, float, float]] = {}
_local = threading.local()


class ShapedLine:
    """One shaped line of text.

    Attributes:
        width: advance width in pixels.
        runs: glyphs for ``QPainter.drawGlyphRun`` at the start of the baseline.
    """

    __slots__ = ("runs", "width")

    def __init__(self, width: float, runs: tuple[QGlyphRun, ...]) -> None:
        self.width = width
        self.runs = runs


def shaped_line(text: str, size: float, weight: int = 400, *, tabular: bool = False) -> ShapedLine:
    """``text`` shaped at ``size`` pixels, for use in the calling thread; cached."""
    shaping = reference(weight, tabular=tabular)[0]
    lines: dict[tuple[str, float, int, bool], ShapedLine] = _local.__dict__.setdefault("lines", {})
    key = (text, size, weight, tabular)
    line = lines.get(key)
    if line is None:
        if len(lines) >= _KEPT:
            lines.clear()
        line = lines[key] = _shape(printable(text), size, shaping)
    return line


def _shape(text: str, size: float, shaping: QFont) -> ShapedLine:
    layout = QTextLayout(text, shaping)
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    if not line.isValid():
        return ShapedLine(0.0, ())
    scale = size / REFERENCE
    runs = tuple(_scaled(run, text, line.ascent(), scale) for run in layout.glyphRuns())
    return ShapedLine(line.horizontalAdvance() * scale, runs)


def _scaled(run: QGlyphRun, text: str, ascent: float, scale: float) -> QGlyphRun:
    raw = run.rawFont()
    mapped = frozenset(raw.glyphIndexesForString(text))
    twins = [
        (glyph, 0.0, 0.0) if glyph in mapped else _twin(raw, glyph) for glyph in run.glyphIndexes()
    ]
    raw.setPixelSize(raw.pixelSize() * scale)
    made = QGlyphRun()
    made.setRawFont(raw)
    made.setGlyphIndexes([glyph for glyph, _, _ in twins])
    made.setPositions(
        [
            QPointF((at.x() + dx) * scale, (at.y() - ascent + dy) * scale)
            for at, (_, dx, dy) in zip(run.positions(), twins, strict=True)
        ]
    )
    return made


def _twin(raw: QRawFont, glyph: int) -> tuple[int, float, float]:
    """A glyph with the same outline that a character maps to, and how far to move it.

    Tabular figures and the × between figures are variants that no character maps to. A PDF drawn
    with them looks right, but nobody can search it or copy from it. Their plain twins are the same
    outlines at another position in their cells: they are drawn instead, where the variant would be.
    """
    key = (raw.familyName(), raw.weight(), glyph)
    if key not in _twins:
        _twins[key] = _find_twin(raw, glyph)
    return _twins[key]


def _find_twin(raw: QRawFont, glyph: int) -> tuple[int, float, float]:
    outline = raw.pathForGlyph(glyph)
    count = outline.elementCount()
    for twin, other in _plain_outlines(raw).items() if count else ():
        if other.elementCount() == count:
            move = outline.boundingRect().center() - other.boundingRect().center()
            if _same(outline, other.translated(move)):
                return twin, move.x(), move.y()
    return glyph, 0.0, 0.0


def _plain_outlines(raw: QRawFont) -> dict[int, QPainterPath]:
    """Outlines of the glyphs that ``_VARIED`` maps to, cached for the calling thread.

    Two threads must not share a path: Qt fills in its bounds lazily and without a lock.
    """
    fonts: dict[tuple[str, int], dict[int, QPainterPath]]
    fonts = _local.__dict__.setdefault("plain", {})
    key = (raw.familyName(), raw.weight())
    if key not in fonts:
        plain = raw.glyphIndexesForString(_VARIED)
        fonts[key] = {glyph: raw.pathForGlyph(glyph) for glyph in plain}
    return fonts[key]


def _same(a: QPainterPath, b: QPainterPath) -> bool:
    limit = 0.01 * REFERENCE
    pairs = ((a.elementAt(i), b.elementAt(i)) for i in range(a.elementCount()))
    return all(abs(p.x - q.x) <= limit and abs(p.y - q.y) <= limit for p, q in pairs)
