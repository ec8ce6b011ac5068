"""Pictures of many architectures at all details, and rules that their geometry keeps."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import get_args

import pytest

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList, Point, Rect, Text
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import DETAILS, Arrangement, View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs import architectures, leaky, submodels
from tests.support.graphs.shipped import shipped
from tests.support.pictures.fixed_measurer import FixedMeasurer

MEASURE = FixedMeasurer()
SHIPPED = (
    *("resnet18", "resnet34", "resnet50", "resnet101"),
    *("plain34", "tutorial_resnet34", "tutorial_first_unit"),
)
BY_HAND = {
    "resnet50v2": lambda: architectures.resnet_v2(50),
    "resnet_d": architectures.resnet_d,
    "densenet121": architectures.densenet121,
    "mobilenet_v2": architectures.mobilenet_v2,
    "unet": architectures.unet,
    "edsr": architectures.edsr,
    "squeeze_excite": architectures.squeeze_excite,
    "inception": architectures.inception,
    "transformer": architectures.transformer,
    "vgg16": architectures.vgg16,
    "siamese": submodels.siamese,
    "transfer": submodels.transfer,
    "convnext": architectures.convnext,
    "wavenet": lambda: leaky.wavenet(4, separate_skip=True),
    "highway": lambda: leaky.highway(3),
    "attention_unet": architectures.attention_unet,
}
MODELS = (*SHIPPED, *BY_HAND)
LAYOUTS = get_args(Arrangement)

every_picture = pytest.mark.parametrize(
    ("model", "view"),
    [
        pytest.param(model, View(detail=detail, layout=layout), id=f"{model}-{detail}-{layout}")
        for model in MODELS
        for detail in DETAILS
        for layout in LAYOUTS
    ],
)


@cache
def graph(name: str) -> Graph:
    return BY_HAND[name]() if name in BY_HAND else shipped(name)


@cache
def document(name: str) -> Document:
    return make_document(BuiltIn(name), name, graph(name))


@cache
def drawn(name: str, view: View) -> DisplayList:
    return picture(document(name), view, MEASURE, run_dot)


def text_box(mark: Text) -> Rect:
    """Rectangle of the ink of a line of text, roughly: from x-height to baseline."""
    width = MEASURE.width(mark.text, mark.size, mark.weight)
    left = {"start": mark.x, "middle": mark.x - width / 2, "end": mark.x - width}[mark.anchor]
    return Rect(left, mark.y - mark.size * 0.7, width, mark.size * 0.7)


def overlap(a: Rect, b: Rect, *, by: float = 0.5) -> bool:
    """True if two rectangles share more than a border of ``by`` pixels."""
    return a.x + by < b.right and b.x + by < a.right and a.y + by < b.bottom and b.y + by < a.bottom


def within(outer: Rect, inner: Rect, *, by: float = 0.5) -> bool:
    """True if ``inner`` lies inside ``outer``, borders and rounding aside."""
    grown = outer.grown(by)
    return grown.contains((inner.x, inner.y)) and grown.contains((inner.right, inner.bottom))


def boxes(shown: DisplayList, *kinds: str) -> list[tuple[str, Rect]]:
    """Ids and rectangles of the items of some kinds."""
    return [
        (item.id, item.hit)
        for item in shown.items
        if item.kind in kinds and isinstance(item.hit, Rect)
    ]


def crossings(shown: DisplayList) -> list[tuple[str, str]]:
    """Ids of edges and arcs with those of the cards that they run through, borders aside."""
    cards = [(name, rect.grown(-2.0)) for name, rect in boxes(shown, "card")]
    return [
        (item.id, name)
        for item in shown.items
        if item.kind in ("edge", "shortcut") and isinstance(item.hit, tuple)
        for name, rect in cards
        if overlap(item.bounds, rect, by=0.0)  # the bounds hold the whole line
        and any(crosses(start, end, rect) for start, end in pairwise(item.hit))
    ]


def crosses(start: Point, end: Point, rect: Rect) -> bool:
    """True if a straight line meets a rectangle, by clipping it to both pairs of sides."""
    enters, leaves = 0.0, 1.0
    sides = ((rect.x, rect.right), (rect.y, rect.bottom))
    for origin, goal, (low, high) in zip(start, end, sides, strict=True):
        if origin == goal:
            if not low <= origin <= high:
                return False
            continue
        shares = sorted(((low - origin) / (goal - origin), (high - origin) / (goal - origin)))
        enters, leaves = max(enters, shares[0]), min(leaves, shares[1])
    return enters <= leaves
