"""Live functional models of sources, with their weights where they have some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnet_viz.engine.counterpart.build_source import build_source
from resnet_viz.engine.keras_nodes import has_graph
from resnet_viz.engine.subclassed_models import functional_model_of
from resnet_viz.sources.types import ModelFile, PythonFunction, base_of

if TYPE_CHECKING:
    from resnet_viz.sources.types import Source


def open_model(source: Source, *, folder: str) -> Any:  # noqa: ANN401 - a keras.Model
    """Live functional model of ``source``.

    Raises:
        AppError: it can't be made.
    """
    model = build_source(source, folder=folder)
    return model if has_graph(model) else functional_model_of(model, where=str(source))


def has_weights(source: Source) -> bool:
    """True if the model that ``source`` names comes with weights of its own."""
    base = base_of(source)
    if isinstance(base, ModelFile):
        return not base.path.lower().endswith(".json")
    return isinstance(base, PythonFunction)
