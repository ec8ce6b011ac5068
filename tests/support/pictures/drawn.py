"""Pictures of many architectures at all details, and their geometry, for the tests of drawing."""

from __future__ import annotations

from functools import cache

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList, Rect, Text
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.pure.analysis.structure import test_submodels
from tests.support.graphs import architectures
from tests.support.graphs.shipped import shipped
from tests.support.pictures.fixed_measurer import FixedMeasurer

MEASURE = FixedMeasurer()
SHIPPED = ("resnet18", "resnet34", "resnet50", "resnet101", "plain34", "tutorial_resnet34",
           "tutorial_first_unit")  # fmt: skip
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
    "siamese": test_submodels.siamese,
    "transfer": test_submodels.transfer,
    "convnext": architectures.convnext,
}
MODELS = (*SHIPPED, *BY_HAND)
DETAILS = ("stage", "block", "unit", "layer")


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
    """Where the ink of a line of text is, roughly: from x-height to baseline."""
    width = MEASURE.width(mark.text, mark.size, mark.weight)
    left = {"start": mark.x, "middle": mark.x - width / 2, "end": mark.x - width}[mark.anchor]
    return Rect(left, mark.y - mark.size * 0.7, width, mark.size * 0.7)


def overlap(one: Rect, other: Rect, *, by: float = 0.5) -> bool:
    """Whether two rectangles share more than a border of ``by`` pixels."""
    return (
        one.x + by < other.right
        and other.x + by < one.right
        and one.y + by < other.bottom
        and other.y + by < one.bottom
    )


def within(outer: Rect, inner: Rect, *, by: float = 0.5) -> bool:
    """Whether ``inner`` lies inside ``outer``, borders and rounding aside."""
    return (
        inner.x >= outer.x - by
        and inner.y >= outer.y - by
        and inner.right <= outer.right + by
        and inner.bottom <= outer.bottom + by
    )
