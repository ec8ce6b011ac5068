"""Line styles of the kinds of shortcuts: width, dash and sign tell them apart, not colour."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.structure.types import Shortcut, ShortcutKind
from resnet_viz.drawing.display_list import Dash, Mark, Point
from resnet_viz.drawing.marks import join_circle, tag, trapezoid
from resnet_viz.layout.metrics import CIRCLE

PROJECTION_DASH: Final[Dash] = (5.0, 3.5)
_POOLED_DASH: Final[Dash] = (8.0, 2.0, 2.0, 2.0)

_GATE_DASH: Final[Dash] = (1.5, 3.0)


class Stroke(msgspec.Struct, frozen=True):
    """Width and dash of a line, the sign at its middle, and that of the join it is known by."""

    width: float = 1.5
    dash: Dash = ()
    sign: str = ""
    join: str = ""


STROKES: Final[dict[ShortcutKind, Stroke]] = {
    "identity": Stroke(),
    "projection": Stroke(dash=PROJECTION_DASH),
    "pooled": Stroke(dash=_POOLED_DASH, sign="pooled"),
    "upsampled": Stroke(dash=_POOLED_DASH, sign="upsampled"),
    "padded": Stroke(sign="+0"),
    "gated": Stroke(sign="multiply"),
    "other": Stroke(sign="ƒ"),
    "dense": Stroke(join="concatenate"),
    "gate": Stroke(dash=_GATE_DASH, join="multiply"),
}


def stroke_of(shortcut: Shortcut) -> Stroke:
    """The stroke of a shortcut; that of a long one is wider."""
    stroke = STROKES[shortcut.kind]
    if shortcut.long:
        return msgspec.structs.replace(stroke, width=2.0)
    return stroke


def sign_marks(stroke: Stroke, at: Point) -> list[Mark]:
    """The sign on the line, if its kind has one."""
    if stroke.sign in ("pooled", "upsampled"):
        return [trapezoid(at, "shortcut", inverted=stroke.sign == "upsampled")]
    if stroke.sign == "multiply":
        return join_circle(at, CIRCLE, stroke.sign)
    if stroke.sign:
        return tag(at, stroke.sign, 14.0)
    return []
