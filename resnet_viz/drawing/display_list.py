"""Display list: a whole picture as frozen marks in scene coordinates.

One list serves the window, PNG, SVG and PDF. It knows nothing of Qt, of a theme or of a zoom:
colours are tokens (see ``themes``), and a mark has the levels of detail that show it. Coordinates
are pixels at 100 %, y grows downwards.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from resnet_viz.graph.types import TensorRef

FAR = 1
"""Zoom below 40 %."""
MID = 2
"""Zoom from 40 % to below 80 %."""
NEAR = 4
"""Zoom of 80 % and more; exports use this level."""
MID_NEAR = MID | NEAR
"""Zoom of 40 % and more."""
ALL = FAR | MID | NEAR

Token: TypeAlias = str
"""Name of a colour in a theme ("card", "stage2", "op.conv"); "" draws nothing."""

Point: TypeAlias = tuple[float, float]
Dash: TypeAlias = tuple[float, ...]
"""Dash pattern in pixels (on, off, on, off ...); () is solid."""

Role: TypeAlias = Literal["body", "stroke", "plain"]
"""Response of a mark to hover and selection: as outline and fill of a card ("body"), as a line
that turns accent with its item ("stroke"), or none ("plain")."""


class Rect(msgspec.Struct, frozen=True):
    """An axis-parallel rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Lower side."""
        return self.y + self.height

    @property
    def center(self) -> Point:
        """The middle."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    def contains(self, point: Point) -> bool:
        """True if the point lies inside or on the border."""
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Rect(x, y, right - x, bottom - y)

    def grown(self, by: float) -> Rect:
        """The rectangle with ``by`` more on every side."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


class Box(msgspec.Struct, frozen=True, tag="box"):
    """A rectangle, rounded by ``radius`` on all corners; the stroke lies centred on its border."""

    rect: Rect
    radius: float = 0.0
    fill: Token = ""
    stroke: Token = ""
    width: float = 1.0
    dash: Dash = ()
    lod: int = ALL
    role: Role = "plain"


class Text(msgspec.Struct, frozen=True, tag="text"):
    """One line of text; (x, y) is on the baseline at the anchor.

    Attributes:
        size: pixels.
        weight: 400, 600 or 700.
        tabular: figures of equal width.
    """

    x: float
    y: float
    text: str
    size: float
    color: Token
    weight: int = 400
    anchor: Literal["start", "middle", "end"] = "start"
    tabular: bool = False
    lod: int = NEAR
    role: Role = "plain"


class Move(msgspec.Struct, frozen=True, tag="M", array_like=True):
    """Start a sub-path."""

    x: float
    y: float


class Line(msgspec.Struct, frozen=True, tag="L", array_like=True):
    """A straight line to a point."""

    x: float
    y: float


class Cubic(msgspec.Struct, frozen=True, tag="C", array_like=True):
    """A cubic Bézier curve to (x, y)."""

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float


class Close(msgspec.Struct, frozen=True, tag="Z", array_like=True):
    """Close the sub-path."""


Step: TypeAlias = Move | Line | Cubic | Close


class Path(msgspec.Struct, frozen=True, tag="path"):
    """A line, curve or filled shape. Lines have butt caps and round joins."""

    steps: tuple[Step, ...]
    stroke: Token = ""
    fill: Token = ""
    width: float = 1.5
    dash: Dash = ()
    lod: int = ALL
    role: Role = "plain"


class Circle(msgspec.Struct, frozen=True, tag="circle"):
    """A circle; the stroke lies centred on its line."""

    x: float
    y: float
    radius: float
    fill: Token = ""
    stroke: Token = ""
    width: float = 1.5
    lod: int = ALL
    role: Role = "plain"


Mark: TypeAlias = Box | Text | Path | Circle

ItemKind: TypeAlias = Literal[
    "panel",  # a stage's tinted background with its header
    "frame",  # an open block or unit with its header
    "card",  # a closed stage, block, unit, or a single call
    "join",  # a circle with its sign
    "dot",  # where a shortcut starts
    "edge",  # a tensor
    "shortcut",  # an arc
    "legend",
    "title",
    "note",  # a sentence below the picture
]


class Target(msgspec.Struct, frozen=True, order=True):
    """Target of a picture's item; a click on the item selects it."""

    kind: Literal["group", "call", "edge", "shortcut"]
    id: str


SignKind: TypeAlias = Literal[
    "edge",  # a tensor
    "weighted",  # lines whose width grows with the tensor
    "shortcut",  # a stroke: its kind, and "long"
    "stroke",  # what lies on the stroke of a kind
    "dot",  # where a shortcut starts
    "join",  # a circle: its sign, and what follows inside it
    "port",  # where a tensor crosses the border of an open group
    "frame",  # an open group
    "shape",  # a number of sizes
    "cost",  # a number of a measure, with its unit
    "bar",  # the share of a number
    "count",  # ×6, the blocks of a stage
    "pile",  # equal groups behind one card
    "text",  # part of a caption: "/2", "×2", "?", "–"
    "prefix",  # names that lack what all have
    "op",  # a glyph on its colour
    "type",  # a colour that means a family of operations
]


class Sign(msgspec.Struct, frozen=True, order=True):
    """A mark that needs an explanation: the legend has an entry for each sign that is drawn."""

    kind: SignKind
    of: str = ""
    note: str = ""


class Item(msgspec.Struct, frozen=True, dict=True):
    """Marks with a common meaning, hovered, clicked and selected as one.

    Attributes:
        id: unique in the list and stable between two pictures of one model, for animation.
        kind: see ItemKind.
        target: selected by a click; None for decoration.
        also: further targets with which the item is highlighted (the block of an arc).
        bounds: encloses all marks.
        hit: area where the pointer hits it: a rectangle, or a line's points (hit within 4 px).
        title: the tooltip's and the SVG title's text: name, in → out, MACs, parameters.
        marks: in drawing order.
        group: id of the innermost group that the item is drawn for; None outside all.
        level: drawing order of items: 0 panels, 1 frames (nested ones 1 too, outer first),
            2 edges, 3 shortcuts, 4 cards and joins, 5 legend.
        signs: of its marks, for the legend.
    """

    id: str
    kind: ItemKind
    target: Target | None
    bounds: Rect
    marks: tuple[Mark, ...]
    also: tuple[Target, ...] = ()
    hit: Rect | tuple[Point, ...] | None = None
    title: str = ""
    group: str | None = None
    level: int = 4
    signs: tuple[Sign, ...] = ()


class EdgeLink(msgspec.Struct, frozen=True):
    """Ends of an edge's or shortcut's item, for hover and arrow keys.

    Attributes:
        item: id of the edge's or shortcut's item.
        source, target: ids of the items at its ends (cards, joins, frames).
    """

    item: str
    source: str
    target: str


class DrawnTensor(msgspec.Struct, frozen=True):
    """Tensor of a drawn edge, and the calls behind the item it ends at.

    Attributes:
        ref: the tensor.
        consumers: ids of the calls that consume it there, in topological order.
    """

    ref: TensorRef
    consumers: tuple[str, ...]


class DisplayList(msgspec.Struct, frozen=True, dict=True):
    """A whole picture.

    Attributes:
        bounds: the picture's extent with its margin; exports show exactly this.
        items: in drawing order.
        links: the ends of edges and shortcuts.
        co_highlights: by id of an edge's or shortcut's item, the ids of all items highlighted
            while the pointer is on it: all edges of the tensor, or the shortcut and all it skips.
        tensors: for a Target("edge", id), the tensor that is drawn.
        color_key: the legend's colours in small, its upper left corner at (0, 0), for a window
            whose legend is out of view; None if colours mean stages.
        notes: sentences for the reader where the picture is not the usual one.
    """

    bounds: Rect
    items: tuple[Item, ...]
    links: tuple[EdgeLink, ...] = ()
    co_highlights: dict[str, tuple[str, ...]] = {}
    tensors: dict[str, DrawnTensor] = {}
    color_key: Item | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """Items by id."""
        return {item.id: item for item in self.items}

    @cached_property
    def by_target(self) -> dict[Target, tuple[str, ...]]:
        """Ids of the items that stand for a target or are highlighted with it."""
        ids_by_target: dict[Target, list[str]] = {}
        for item in self.items:
            for target in ((item.target,) if item.target else ()) + item.also:
                ids_by_target.setdefault(target, []).append(item.id)
        return {target: tuple(ids) for target, ids in ids_by_target.items()}
