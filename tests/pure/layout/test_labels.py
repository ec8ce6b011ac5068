"""Labels are never struck: no box on a box, no label on a box or a label, no line through one."""

from __future__ import annotations

import pytest

from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.layout.view import Arrangement, View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs.shapes import SHAPES
from tests.support.pictures.drawn import (
    DETAILS,
    LAYOUTS,
    MEASURE,
    MODELS,
    drawn,
    every_picture,
)
from tests.support.pictures.struck import faults


@every_picture
def test_that_pictures_of_known_models_have_no_label_struck(model: str, view: View) -> None:
    assert faults(drawn(model, view)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("model", sorted({*MODELS} - {"wavenet"}))  # it has a lane on a label
def test_that_wide_labels_between_columns_of_cards_are_not_struck(
    model: str, layout: Arrangement
) -> None:
    view = View(detail="block", layout=layout, show=frozenset({"dtype"}))
    assert faults(drawn(model, view)) == []


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("shape", SHAPES)
def test_that_pictures_of_made_up_shapes_have_no_label_struck(shape: str, detail: str) -> None:
    model = make_document(BuiltIn(shape), shape, SHAPES[shape]())
    for layout in LAYOUTS:
        view = View(detail=detail, layout=layout)
        assert faults(picture(model, view, MEASURE, run_dot)) == [], layout
