"""Pictures of keras.applications: the legend explains what is drawn, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.layout.view import View
from resnet_viz.reading.read import read_config
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.keras_applications import APPLICATION_NAMES
from resnet_viz.sources.types import Application
from tests.support.keras.layer_weights import LayerWeights
from tests.support.pictures.drawn import DETAILS, MEASURE
from tests.support.pictures.looks import (
    letters_of_legend,
    letters_of_wires,
    looks_of_legend,
    looks_of_picture,
)

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_that_what_is_drawn_is_what_the_legend_explains(
    name: str, application: Callable[[str], LayerWeights]
) -> None:
    graph = read_config(application(name).config.encode(), where=name)
    document = make_document(Application(name), name, graph)
    for detail in DETAILS:
        drawing = picture(document, View(detail=detail), MEASURE, run_dot)
        legend = drawing.by_id["legend"]
        assert looks_of_picture(drawing) == looks_of_legend(legend), detail
        assert letters_of_wires(drawing) <= letters_of_legend(legend), detail
