"""Signs in the texts and circles of items, each of which the legend explains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.analysis.wording.terms import op_term
from resnet_viz.drawing.display_list import Sign
from resnet_viz.drawing.strokes import Stroke
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.graph.types import LayerCall

_UNIT: Final = re.compile(r"\d(?: (T|G|M|K|TiB|GiB|MiB|KiB|B|px)\b)?(?![\w.,])")
_SHAPE: Final = re.compile(r"(?:\d+|\?)(?:×(?:\d+|\?))*")
_OPEN_SIZE: Final = re.compile(r"(?:^|×)\?(?:×|$)")
_STRIDE: Final = re.compile(r"(?:^|, )/\d")
_FACTOR: Final = re.compile(r"(?:^|, |UpSample )×\d")
_WITH_SIGN: Final = ("Add", "Subtract", "Concatenate", "Multiply")


def join_sign(call: LayerCall) -> str:
    """The sign in a join's circle; "" for a join that has none and shows its name."""
    return call.keras_class.lower() if call.keras_class in _WITH_SIGN else ""


def signs_of_join(join: LayerCall, tail: Sequence[LayerCall]) -> tuple[Sign, ...]:
    """The sign of a join's circle, with the calls after it that the circle stands for as well."""
    return (Sign("join", join_sign(join), " and ".join(map(op_term, tail))),)


def signs_of_cost(text: str) -> tuple[Sign, ...]:
    """The units of a number: "57.8 M", "180 M MACs", "83 px … 211 px"; none if there is none."""
    return tuple(Sign("cost", match[1] or "") for match in _UNIT.finditer(text))


def signs_of_shape(text: str) -> tuple[Sign, ...]:
    """The number of sizes of a shape, with or without its dtype, and whether it has open ones."""
    text = text.partition(" ")[0]
    if text == UNKNOWN_TEXT:
        return (Sign("text", UNKNOWN_TEXT),)
    if not _SHAPE.fullmatch(text):
        return ()
    sizes = Sign("shape", str(text.count("×") + 1))
    return (sizes, Sign("text", "?")) if _OPEN_SIZE.search(text) else (sizes,)


def signs_of_caption(text: str) -> tuple[Sign, ...]:
    """The stride and the factor in a caption: "3×3, 128, /2", "2×2, 64, ×2"."""
    found = (("/2", _STRIDE), ("×2", _FACTOR))
    return tuple(Sign("text", name) for name, pattern in found if pattern.search(text))


def sign_of_shortcut(shortcut: Shortcut) -> Sign:
    """The stroke of a shortcut."""
    return Sign("shortcut", shortcut.kind, "long" if shortcut.long else "")


def signs_of_stroke(stroke: Stroke) -> tuple[Sign, ...]:
    """The sign on a stroke, where it is drawn."""
    return (Sign("stroke", stroke.sign),) if stroke.sign else ()
