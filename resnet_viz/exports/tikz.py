"""A display list as a LaTeX document with one TikZ picture, for pdfLaTeX, LuaLaTeX and XeLaTeX.

Text is set in the document's sans-serif font; what is wider than in our own is condensed to its
width, so that nothing runs out of its box.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

from resnet_viz.drawing.display_list import (
    NEAR,
    Box,
    Circle,
    Close,
    Cubic,
    DisplayList,
    Mark,
    Move,
    Path,
    Text,
    Token,
)
from resnet_viz.drawing.measure import Measurer
from resnet_viz.errors import UsageError
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.exports.svg_marks import number
from resnet_viz.paint.printable import printable
from resnet_viz.reports.latex import SYMBOLS, latex_text

_POINTS: Final = 0.75
"""PostScript points of a pixel."""
_LONGEST: Final = 16_000
"""Points of a page's longer side: TeX's lengths end at 16,383."""
_LATIN: Final = 0x17F
"""The last character that pdfLaTeX knows without being told."""
_HEAD: Final = r"""
\documentclass{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
  \usepackage[scaled=0.95]{helvet}
%(characters)s\else
  \usepackage{fontspec}
\fi
\renewcommand{\familydefault}{\sfdefault}
\usepackage{tikz}
\usepackage[papersize={%(width)sbp,%(height)sbp},margin=0bp]{geometry}
\pagestyle{empty}
\setlength{\parindent}{0pt}
\setlength{\topskip}{0pt}
%% \rvtext{anchor}{x, y}{points}{color}{widest}{text}
\newsavebox{\rvbox}
\newcommand{\rvtext}[6]{%%
  \node[anchor=base #1,inner sep=0pt,outer sep=0pt,text=#4] at (#2) {%%
    \sbox{\rvbox}{\fontsize{#3bp}{#3bp}\selectfont #6}%%
    \ifdim\wd\rvbox>#5bp\relax\resizebox{#5bp}{\height}{\usebox{\rvbox}}%%
    \else\usebox{\rvbox}\fi};}
%(colors)s\begin{document}%%
\enlargethispage{1bp}%% rounded lengths may add up to more than the page
""".lstrip()


def write_tikz(
    file: IO[bytes],
    display_list: DisplayList,
    options: ExportOptions,
    frame: Frame,
    measurer: Measurer,
) -> None:
    """Write the document.

    Raises:
        UsageError: it is larger than a page of TeX can be.
    """
    unit = frame.scale * _POINTS
    width, height = frame.width * _POINTS, frame.height * _POINTS
    if max(width, height) > _LONGEST:
        usable = int(_LONGEST / max(width, height) * frame.scale * 0.99 * 1000) / 1000
        raise UsageError(
            "A TikZ picture of this size is larger than a page of TeX can be: "
            f"use scale {usable:g} or less, or SVG or PDF."
        )
    writer = _MarkWriter(options, measurer, unit)
    body = [
        line
        for item in display_list.items
        for mark in item.marks
        if mark.lod & NEAR and (line := writer.line(mark))
    ]
    left = display_list.bounds.x - frame.left / frame.scale
    top = display_list.bounds.y - frame.top / frame.scale
    corners = (left, top, left + width / unit, top + height / unit)
    x0, y0, x1, y1 = map(number, corners)
    ground = [f"\\fill[{writer.canvas}] ({x0},{y0}) rectangle ({x1},{y1});"]
    title = printable(" ".join((options.title or "resnet-viz").split()))
    lines = [
        f"% {title}, drawn by resnet-viz",
        _HEAD
        % {
            "characters": "".join(writer.characters()),
            "colors": "".join(writer.colors()),
            "width": number(width),
            "height": number(height),
        }
        + f"\\begin{{tikzpicture}}[x={unit:.5g}bp,y=-{unit:.5g}bp,line join=round]",
        f"\\useasboundingbox ({x0},{y0}) rectangle ({x1},{y1});",
        *(ground if writer.canvas else []),
        *body,
        "\\end{tikzpicture}%",
        "\\end{document}",
    ]
    file.write(("\n".join(lines) + "\n").encode())


class _MarkWriter:
    def __init__(self, options: ExportOptions, measurer: Measurer, unit: float) -> None:
        self._theme = options.theme
        self._measurer = measurer
        self._unit = unit
        self._names: dict[str, str] = {}  # #rrggbb -> name
        self._strange: set[str] = set()
        self.canvas = self._color(options.canvas) if options.canvas else ""

    def line(self, mark: Mark) -> str:
        """A mark as one command; "" if it draws nothing."""
        if isinstance(mark, Text):
            return self._text(mark) if mark.text else ""
        look = self._look(mark)
        if not look:
            return ""
        if isinstance(mark, Circle):
            shape = (
                f"({number(mark.x)},{number(mark.y)}) circle[radius={self._length(mark.radius)}]"
            )
        elif isinstance(mark, Box):
            rect = mark.rect
            low, high = (rect.x, rect.y), (rect.right, rect.bottom)
            shape = f"{_at(*low)} rectangle {_at(*high)}"
        else:
            shape = " ".join(_steps(mark))
        return f"\\path[{look}] {shape};"

    def colors(self) -> Iterator[str]:
        """Definitions of the colours that were used."""
        for color, name in self._names.items():
            yield f"\\definecolor{{{name}}}{{HTML}}{{{color[1:].upper()}}}\n"

    def characters(self) -> Iterator[str]:
        """Definitions, for pdfLaTeX, of characters that it does not know."""
        for character in sorted(self._strange):
            meaning = SYMBOLS.get(character)
            text = f"\\ensuremath{{{meaning}}}" if meaning else "\\fbox{?}"
            yield f"  \\DeclareUnicodeCharacter{{{ord(character):04X}}}{{{text}}}\n"

    def _text(self, mark: Text) -> str:
        shown = printable(mark.text)
        self._strange |= {c for c in shown if c in SYMBOLS or ord(c) > _LATIN}
        width = self._measurer.width(mark.text, mark.size, mark.weight, tabular=mark.tabular)
        anchor = {"start": "west", "middle": "", "end": "east"}[mark.anchor]
        text = latex_text(shown)
        bold = "\\bfseries " if mark.weight >= 600 else ""
        size, widest = number(mark.size * self._unit), number(width * self._unit + 0.2)
        at = f"{number(mark.x)},{number(mark.y)}"
        color = self._color(self._theme[mark.color])
        return f"\\rvtext{{{anchor}}}{{{at}}}{{{size}}}{{{color}}}{{{widest}}}{{{bold}{text}}}"

    def _look(self, mark: Box | Circle | Path) -> str:
        parts = []
        if mark.fill:
            parts.append(f"fill={self._token(mark.fill)}")
        if mark.stroke:
            parts.append(f"draw={self._token(mark.stroke)},line width={self._length(mark.width)}")
            if not isinstance(mark, Circle) and mark.dash:
                pairs = zip(mark.dash[::2], mark.dash[1::2], strict=True)
                dashes = " ".join(
                    f"on {self._length(on)} off {self._length(off)}" for on, off in pairs
                )
                parts.append(f"dash pattern={dashes}")
        if parts and isinstance(mark, Box):
            radius = min(mark.radius, mark.rect.width / 2, mark.rect.height / 2)
            if radius:
                parts.append(f"rounded corners={self._length(radius)}")
        return ",".join(parts)

    def _length(self, pixels: float) -> str:
        return f"{number(pixels * self._unit)}bp"

    def _token(self, token: Token) -> str:
        return self._color(self._theme[token])

    def _color(self, color: str) -> str:
        return self._names.setdefault(color, f"rv{color[1:].lower()}")


def _at(x: float, y: float) -> str:
    return f"({number(x)},{number(y)})"


def _steps(path: Path) -> Iterator[str]:
    for step in path.steps:
        if isinstance(step, Close):
            yield "-- cycle"
        elif isinstance(step, Move):
            yield _at(step.x, step.y)
        elif isinstance(step, Cubic):
            first, second = _at(step.x1, step.y1), _at(step.x2, step.y2)
            yield f".. controls {first} and {second} .. {_at(step.x, step.y)}"
        else:
            yield f"-- {_at(step.x, step.y)}"
