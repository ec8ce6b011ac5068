"""Live models of any source: with the file's weights, or with Keras's initial ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from resnet_viz.engine.counterpart.counterparts import counterpart_of
from resnet_viz.engine.counterpart.error_details import error_details
from resnet_viz.engine.request_handlers import rebuild_model
from resnet_viz.errors import ModelError, quoted
from resnet_viz.reading.config_bytes import read_config_bytes
from resnet_viz.sources.types import (
    Counterpart,
    ModelFile,
    PastFile,
    PythonFunction,
    base_of,
)

if TYPE_CHECKING:
    from resnet_viz.sources.types import Base, Source

_NOT_BUILT: Final = "it can't be built; name a function that returns it, as in file.py:function"


def build_source(source: Source, *, folder: str = "") -> Any:  # noqa: ANN401 - a keras.Model
    """The live model of ``source``.

    A file is rebuilt without running code of it; a function is the user's code, so call this only
    where the user has named it.

    Args:
        source: any source.
        folder: the user's working directory; by default the current one.

    Raises:
        AppError: the source can't be used.
        Exception: anything that Keras raises.
    """
    model = _build_base(base_of(source), folder or str(Path.cwd()))
    if isinstance(source, Counterpart):
        return counterpart_of(model, source.terms)
    return model


def _build_base(source: Base, folder: str) -> Any:  # noqa: ANN401
    if isinstance(source, ModelFile):
        return _build_file(Path(folder) / source.path)
    if isinstance(source, PastFile):
        from resnet_viz.git_revisions import past_file

        with past_file(source, folder=folder) as path:
            return _build_file(path)
    if isinstance(source, PythonFunction):
        from resnet_viz.engine.user_code.user_functions import call_function, load_function

        with load_function(source, folder=folder) as function:
            return call_function(function, source)
    from resnet_viz.zoo.build import build

    return build(source)


def _build_file(path: Path) -> Any:  # noqa: ANN401
    model = rebuild_model(read_config_bytes(path), where=path.name, loss=_NOT_BUILT)
    if path.suffix.lower() == ".json" or not model.built:  # holds no weights
        return model
    try:
        model.load_weights(path)
    except Exception as error:
        raise ModelError(
            f"The weights in {quoted(path.name)} can't be loaded; name a function that loads the "
            "model, as in file.py:function.",
            details=error_details(error),
        ) from error
    return model
