"""What can be shown at once: shipped configs, the cache and the user's files, without Keras."""

from __future__ import annotations

import contextlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from resnet_viz import assets
from resnet_viz._version import __version__
from resnet_viz.errors import ModelError
from resnet_viz.sources.buildable import is_default
from resnet_viz.sources.types import Application, BuiltIn, ModelFile, PythonFunction

if TYPE_CHECKING:
    from resnet_viz.graph.types import Graph
    from resnet_viz.services.cache import ConfigCache
    from resnet_viz.sources.types import Source


def load_graph(source: Source) -> Graph | None:
    """The graph of ``source`` if it can be had without Keras; None if only the engine can have it.

    A function of the user's own is never run here: only the engine does that.

    Raises:
        ModelError: a model file can't be used.
    """
    if isinstance(source, ModelFile):
        from resnet_viz.reading.read import read_file

        return read_file(Path(source.path))
    config = load_config(source)
    if config is None:
        return None
    from resnet_viz.reading.read import read_config

    try:
        return read_config(config, where=str(source))
    except ModelError:
        # Not the user's doing: the reader has changed since. Built again, it is good.
        if not _ships(source):
            _cache().discard(str(source))
            return None
        raise


def load_config(source: Source) -> bytes | None:
    """The config (JSON) that ``load_graph`` reads; None if only the engine can have it.

    Raises:
        ModelError: a model file can't be used.
    """
    if isinstance(source, ModelFile):
        from resnet_viz.reading.read import read_config_bytes

        return read_config_bytes(Path(source.path))
    if isinstance(source, PythonFunction):
        return None
    if isinstance(source, BuiltIn) and is_default(source):
        with contextlib.suppress(FileNotFoundError):
            return assets.read_bytes(f"models/{source.name}.json")
    return _cache().load(str(source))


def cache_config(source: Source, config: bytes) -> None:
    """Keep the ``config`` that the engine has built for ``source``.

    Without effect for files, which may change, and for functions, which may return anything.
    """
    if isinstance(source, BuiltIn | Application):
        _cache().store(str(source), config)


def _ships(source: Source) -> bool:
    return isinstance(source, BuiltIn) and is_default(source)


def _cache() -> ConfigCache:
    from resnet_viz.services.cache import ConfigCache, default_directory

    return ConfigCache(default_directory(), version=_builders_version())


@lru_cache(maxsize=1)
def _builders_version() -> str:
    """Changes whenever the zoo's code or Keras does, so that no picture shows an older model."""
    import hashlib

    folder = Path(__file__).resolve().parents[1] / "zoo"
    digest = hashlib.blake2b(digest_size=8)
    for path in (*sorted(folder.glob("*.py")), *_version_of_keras()):
        digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()}"


def _version_of_keras() -> list[Path]:
    """The file that says which Keras is installed; Keras itself is not imported."""
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec("keras")
    folders = (spec.submodule_search_locations if spec is not None else None) or ()
    files = (Path(folder) / "src" / "version.py" for folder in folders)
    return [path for path in files if path.is_file()]
