"""Live models of sources, with their weights where they have some."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from resnet_viz.engine.keras_nodes import has_graph
from resnet_viz.engine.subclassed_models import functional_model_of
from resnet_viz.errors import ModelError, quoted
from resnet_viz.sources.types import Buildable, ModelFile, PythonFunction

if TYPE_CHECKING:
    from resnet_viz.sources.types import Source


def open_model(source: Source, *, folder: str) -> tuple[Any, bool]:
    """Live functional model of ``source``, and whether its weights are worth keeping.

    Raises:
        AppError: it can't be made.
    """
    import keras

    if isinstance(source, Buildable):
        from resnet_viz.zoo.build import build

        return build(source), False
    if isinstance(source, PythonFunction):
        from resnet_viz.engine.user_functions import call_function, load_function

        with load_function(source, folder=folder) as function:
            model = call_function(function, source)
        return _functional(model, str(source)), True
    if not isinstance(source, ModelFile):
        raise ModelError(f"No experiment can be run on {quoted(str(source))}; name a model.")
    path = Path(folder, source.path)
    if path.suffix.lower() == ".json":
        from resnet_viz.engine.request_handlers import rebuild_model

        model = rebuild_model(_read(path, source), where=source.path, loss="")
        return _functional(model, source.path), False
    if not path.is_file():
        raise ModelError(f"There is no file {quoted(source.path)}; name a model.")
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises anything
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"{quoted(source.path)} can't be loaded with its weights ({reason}); save it again "
            "from Keras, without layers of your own.",
            details=str(error),
        ) from error
    return _functional(model, source.path), True


def _functional(model: Any, where: str) -> Any:  # noqa: ANN401 - keras.Models
    return model if has_graph(model) else functional_model_of(model, where=where)


def _read(path: Path, source: ModelFile) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ModelError(f"{quoted(source.path)} can't be read: {reason}.") from error
