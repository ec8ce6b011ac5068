"""Colour key of operations, for a window whose legend is out of view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, cast

from resnet_viz.drawing.display_list import NEAR, Box, Item, Mark, Rect, Text
from resnet_viz.drawing.glyphs import OP_TOKENS, OP_WORDS
from resnet_viz.drawing.measure import Measurer
from resnet_viz.graph.ops import OpKind

_PAD: Final = 12.0
_ROW: Final = 18.0
_SWATCH: Final = 12.0
_MOST_ROWS: Final = 6
_GAP: Final = 16.0
_COLORED: Final = frozenset({"op", "type"})
TYPE_KEY: Final = "key:types"
"""Id of its item."""


def type_key_item(items: Iterable[Item], measure: Measurer) -> Item | None:
    """The colours of the operations that are drawn, its upper left corner at (0, 0).

    Its title names them, for those who can't see them; None if no operation is drawn.
    """
    drawn = Counter(sign.of for item in items for sign in item.signs if sign.kind in _COLORED)
    kinds = [cast("OpKind", kind) for kind, _count in drawn.most_common()]
    if not kinds:
        return None
    step = max(measure.width(OP_WORDS[kind], 11.5) for kind in kinds) + _SWATCH + 8.0 + _GAP
    columns = -(-len(kinds) // _MOST_ROWS)
    rows = -(-len(kinds) // columns)
    rect = Rect(0.0, 0.0, 2 * _PAD + columns * step - _GAP, 2 * _PAD + rows * _ROW - 4.0)
    marks: list[Mark] = [Box(rect, 6, "surface", "line", lod=NEAR)]
    for number, kind in enumerate(kinds):
        x, y = _PAD + number // rows * step, _PAD + number % rows * _ROW
        marks += [
            Box(Rect(x, y, _SWATCH, _SWATCH), 3, OP_TOKENS[kind], lod=NEAR),
            Text(x + _SWATCH + 8.0, y + 10.5, OP_WORDS[kind], 11.5, "text"),
        ]
    words = f"Colours of operations: {', '.join(OP_WORDS[kind] for kind in kinds)}"
    return Item(TYPE_KEY, "legend", None, rect, tuple(marks), title=words, level=5)
