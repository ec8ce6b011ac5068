"""Entries of a legend: one for each sign that is drawn, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, cast

import msgspec

from resnet_viz.analysis.structure.types import Shortcut, Structure
from resnet_viz.analysis.wording.terms import shortcut_term
from resnet_viz.drawing.display_list import NEAR, Box, Circle, Item, Mark, Path, Rect, Sign, Text
from resnet_viz.drawing.glyphs import OP_TOKENS, OP_WORDS, glyph
from resnet_viz.drawing.marks import arrowhead, join_circle, polyline
from resnet_viz.drawing.strokes import sign_marks, stroke_of
from resnet_viz.graph.ops import OpKind

SAMPLE: Final = 38.0
"""Width of the marks at the left of an entry."""
_MIDDLE: Final = SAMPLE / 2
_SHAPES: Final = {
    "1": ("C", "channels (features)"),
    "2": ("L×C", "length × channels"),
    "3": ("H×W×C", "height × width × channels"),
    "4": ("D×H×W×C", "depth × height × width × channels"),
}
_TEXTS: Final = {
    "?": "size that is open",
    "–": "unknown shape",
    "/2": "stride",
    "×2": "enlarged by this factor",
}
_COUNTS: Final = {"K": "thousand", "M": "million", "G": "billion", "T": "trillion"}
_BYTES: Final = {"B": "1", "KiB": "1,024", "MiB": "1,024²", "GiB": "1,024³", "TiB": "1,024⁴"}


class LegendEntry(msgspec.Struct, frozen=True):
    """One line of the legend: marks around (0, 0) at the left, in a row's middle, and text."""

    marks: tuple[Mark, ...]
    text: str


def entries(
    structure: Structure,
    items: Iterable[Item],
    *,
    noun: str,
    units: Iterable[Sign] = (),
    hidden: Iterable[str] = (),
) -> list[LegendEntry]:
    """The entries of a picture's legend, in the order in which they are read.

    Args:
        structure: of the picture, for the number of shortcuts of each kind.
        items: all that is drawn.
        noun: the measure of the numbers in cards and heads: "MACs".
        units: signs of numbers that are drawn elsewhere, in a colour scale.
        hidden: what is not drawn, each in words.
    """
    drawn = Counter(sign for item in items for sign in item.signs)
    of_kind: dict[str, list[Sign]] = {}
    for sign, _count in drawn.most_common():
        of_kind.setdefault(sign.kind, []).append(sign)
    costs = {sign.of for sign in (*of_kind.get("cost", ()), *units)}
    return [
        *_shortcuts(structure, of_kind),
        *_tensors(of_kind),
        *_joins(of_kind.get("join", [])),
        *_groups(of_kind),
        *_costs(costs, noun, bars="bar" in of_kind),
        *_texts(sign for sign in of_kind.get("text", ()) if sign.of in ("/2", "×2")),
        *_operations(of_kind),
        *(LegendEntry((), f"names without {sign.of}") for sign in of_kind.get("prefix", ())),
        *(LegendEntry((), f"not drawn: {words}") for words in hidden),
    ]


def _shortcuts(structure: Structure, of_kind: dict[str, list[Sign]]) -> list[LegendEntry]:
    """The kinds of shortcuts that are drawn, each with its number in the whole model."""
    signed = {sign.of for sign in of_kind.get("stroke", ())}
    joins = {sign.of for sign in of_kind.get("join", ())}
    found: dict[Sign, list[Shortcut]] = {}
    for shortcut in structure.shortcuts:
        sign = Sign("shortcut", shortcut.kind, "long" if shortcut.long else "")
        found.setdefault(sign, []).append(shortcut)
    result: list[LegendEntry] = []
    for sign, shortcuts in found.items():
        if sign not in of_kind.get("shortcut", ()):
            continue
        stroke = stroke_of(shortcuts[0])
        join = stroke.join if stroke.join in joins else ""
        marks = line_sample("shortcut", dash=stroke.dash, width=stroke.width, join=join)
        if stroke.sign in signed:
            marks += tuple(sign_marks(stroke, (_MIDDLE - 3, 0.0)))
        result.append(LegendEntry(marks, f"{shortcut_term(shortcuts[0])}, {len(shortcuts):,}"))
    return result


def _tensors(of_kind: dict[str, list[Sign]]) -> list[LegendEntry]:
    result: list[LegendEntry] = []
    if "edge" in of_kind:
        text = "tensor, wider if larger" if "weighted" in of_kind else "tensor"
        result.append(LegendEntry(line_sample("edge"), text))
    shapes = sorted(sign.of for sign in of_kind.get("shape", ()) if sign.of in _SHAPES)
    for sizes in reversed(shapes):
        letters, words = _SHAPES[sizes]
        result.append(LegendEntry(_letters(letters), words))
    result += _texts(sign for sign in of_kind.get("text", ()) if sign.of in ("?", "–"))
    if "dot" in of_kind:
        dot = Circle(_MIDDLE, 0, 3, fill="shortcut", lod=NEAR)
        result.append(LegendEntry((dot,), "entry of a shortcut"))
    return result


def _texts(signs: Iterable[Sign]) -> list[LegendEntry]:
    return [LegendEntry(_letters(sign.of), _TEXTS[sign.of]) for sign in signs]


def _joins(signs: list[Sign]) -> list[LegendEntry]:
    """The circles of joins; "add, then ReLU" only if all of them stand for the ReLU too."""
    tails: dict[str, list[str]] = {}
    for sign in signs:
        tails.setdefault(sign.of, []).append(sign.note)
    return [
        LegendEntry(tuple(join_circle((_MIDDLE, 0), 14, sign)), _join_words(sign, notes))
        for sign, notes in tails.items()
    ]


def _join_words(sign: str, tails: list[str]) -> str:
    word = sign or "join that is named beside it"
    named = [tail for tail in tails if tail]
    if not named:
        return word
    then = " or ".join(sorted(named))
    return f"{word}, then {then}" if len(named) == len(tails) else f"{word}, for some then {then}"


def _groups(of_kind: dict[str, list[Sign]]) -> list[LegendEntry]:
    result: list[LegendEntry] = []
    if "frame" in of_kind:
        box = Box(Rect(_MIDDLE - 13, -8, 26, 16), 4, "card", "accent-line")
        chevron = Path(
            polyline(((_MIDDLE - 5, -2.5), (_MIDDLE, 2.5), (_MIDDLE + 5, -2.5))), stroke="text-2"
        )
        result.append(LegendEntry((box, chevron), "open group"))
    if "port" in of_kind:
        circle = Circle(_MIDDLE, 0, 4, fill="card", stroke="edge", lod=NEAR)
        result.append(LegendEntry((circle,), "tensor enters or leaves it"))
    if "count" in of_kind:
        result.append(LegendEntry(_letters("×N"), "number of blocks"))
    if "pile" in of_kind:
        sheets = tuple(
            Box(Rect(_MIDDLE - 14 + by, -8 + by, 24, 12), 3, "card", "line-strong")
            for by in (4.0, 2.0, 0.0)
        )
        result.append(LegendEntry(sheets, "so many more equal groups"))
    return result


def _costs(units: set[str], noun: str, *, bars: bool) -> list[LegendEntry]:
    """The units of the numbers, and the bars that compare them."""
    result: list[LegendEntry] = []
    counts = [unit for unit in _COUNTS if unit in units]
    sizes = [unit for unit in _BYTES if unit in units]
    if counts:
        words = ", ".join(_COUNTS[unit] for unit in counts)
        result.append(LegendEntry(_letters(" ".join(counts)), f"{words} {noun}"))
    elif sizes:
        words = "bytes" if sizes == ["B"] else f"{', '.join(_BYTES[unit] for unit in sizes)} bytes"
        result.append(LegendEntry(_letters(" ".join(sizes)), words))
    elif "px" in units:
        result.append(LegendEntry(_letters("px"), "pixels of the input"))
    elif "" in units:
        result.append(LegendEntry(_letters("9"), noun))
    if bars:
        result.append(LegendEntry(_bar(), f"{noun}, share of the largest"))
    return result


def _bar() -> tuple[Mark, ...]:
    return (
        Box(Rect(4, -1, 30, 2), 1, fill="line-strong", lod=NEAR),
        Box(Rect(4, -1, 20, 2), 1, fill="text-2", lod=NEAR),
    )


def _operations(of_kind: dict[str, list[Sign]]) -> list[LegendEntry]:
    """The families whose glyph or colour is drawn, the most frequent first."""
    glyphs = [sign.of for sign in of_kind.get("op", ())]
    colors = [sign.of for sign in of_kind.get("type", ()) if sign.of not in glyphs]
    return [
        *(operation_entry(cast("OpKind", kind)) for kind in glyphs),
        *(operation_entry(cast("OpKind", kind), only_color=True) for kind in colors),
    ]


def operation_entry(kind: OpKind, *, only_color: bool = False) -> LegendEntry:
    """The tile of a family with its glyph, or a card with its stripe."""
    token = OP_TOKENS[kind]
    if only_color:
        card = Box(Rect(_MIDDLE - 14, -8, 28, 16), 4, "card", "line-strong")
        stripe = Box(Rect(_MIDDLE - 13.5, -6.5, 4, 13), 1.5, token)
        return LegendEntry((card, stripe), OP_WORDS[kind])
    tile = Box(Rect(_MIDDLE - 11, -11, 22, 22), 5, fill=f"{token}.tint", lod=NEAR)
    return LegendEntry((tile, *glyph(kind, _MIDDLE - 8, -8)), OP_WORDS[kind])


def _letters(text: str) -> tuple[Mark, ...]:
    """Letters as they are drawn, in the middle of the sample."""
    return (Text(_MIDDLE, 4, text, 11, "text-2", anchor="middle", tabular=True),)


def line_sample(
    color: str, *, dash: tuple[float, ...] = (), width: float = 1.5, join: str = ""
) -> tuple[Mark, ...]:
    """A line with its arrowhead, at the circle of a join where that tells kinds apart."""
    reach = SAMPLE - 12.0 if join else SAMPLE
    start, end = (0.0, 0.0), (reach, 0.0)
    marks = (
        Path(polyline((start, (reach - 5, 0.0))), color, width=width, dash=dash, role="stroke"),
        arrowhead(end, start, color),
    )
    return (*marks, *join_circle((SAMPLE - 6.0, 0.0), 12, join)) if join else marks
