"""Every keras.applications model on the width of a page, with text of 6 pt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resnet_viz.document import make_document
from resnet_viz.drawing.letters import smallest_letters
from resnet_viz.exports.fitting import figure_of
from resnet_viz.exports.request import PictureRequest
from resnet_viz.reading.read import read_config
from resnet_viz.sources.keras_applications import APPLICATION_NAMES
from resnet_viz.sources.types import Application
from tests.support.keras.layer_weights import LayerWeights

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras", "qapp")]


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_that_it_fits_17_cm_with_text_of_6_points(
    name: str, application: Callable[[str], LayerWeights]
) -> None:
    graph = read_config(application(name).config.encode(), where=name)
    document = make_document(Application(name), name, graph)
    figure, _ = figure_of((document,), PictureRequest(fit="17cm", min_text="6pt"))
    bounds = figure.picture.bounds
    inches = min(17 / 2.54 / bounds.width, 24 / 2.54 / bounds.height)
    assert 72 * inches * smallest_letters(figure.picture) >= 6
