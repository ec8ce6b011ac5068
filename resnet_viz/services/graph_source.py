"""Graphs that need no Keras: from shipped configs, the cache and the user's files."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from resnet_viz import assets
from resnet_viz._version import __version__
from resnet_viz.errors import ModelError
from resnet_viz.sources.buildable import is_default
from resnet_viz.sources.types import (
    Application,
    BuiltIn,
    Counterpart,
    ModelFile,
    PastFile,
    PythonFunction,
    base_of,
)

if TYPE_CHECKING:
    from resnet_viz.graph.types import Graph
    from resnet_viz.services.cache import EntryCache
    from resnet_viz.sources.types import Base, Source


def load_graph(source: Source) -> Graph | None:
    """Read the graph of ``source``; None if only the engine can build it.

    The user's functions are never run here: only the engine does that.

    Raises:
        ModelError: a model file can't be used.
        UsageError: a counterpart's term names nothing that can be taken away.
    """
    graph = _load_base(base_of(source))
    return None if graph is None else graph_for(source, graph)


def graph_for(source: Source, graph: Graph) -> Graph:
    """The graph of ``source``, given the ``graph`` of its base: itself but for a counterpart.

    Raises:
        UsageError: a counterpart's term names nothing that can be taken away.
    """
    if not isinstance(source, Counterpart):
        return graph
    from resnet_viz.analysis.counterpart.rewrite import without

    return without(graph, source.terms)


def _load_base(source: Base) -> Graph | None:
    if isinstance(source, ModelFile):
        return read_model_file(source.path)
    if isinstance(source, PastFile):
        with _unpacked(source) as path:
            return read_model_file(path)
    config = load_config(source)
    if config is None:
        return None
    from resnet_viz.reading.read import read_config

    try:
        return read_config(config, where=str(source))
    except ModelError:
        if _is_shipped(source):
            raise
        # A cached config that the reader no longer understands: building it again helps.
        _cache().discard(str(source))
        return None


def read_model_file(path: str | Path) -> Graph:
    """Read a model file; weights in it tell users' layers from Keras's of the same name.

    Raises:
        ModelError: it can't be used.
        UntracedError: it does not say how its layers are connected.
    """
    from resnet_viz.analysis.costs.user_layers import user_layers
    from resnet_viz.reading.read import read_file

    return read_file(Path(path), find_user_layers=user_layers)


def load_config(source: Source) -> bytes | None:
    """Read the config (JSON) of ``source``; None for a snapshot, or if the engine must build it.

    A counterpart has its base's.

    Raises:
        ModelError: a model file can't be used.
    """
    source = base_of(source)
    if isinstance(source, ModelFile):
        return _file_config(Path(source.path))
    if isinstance(source, PastFile):
        with _unpacked(source) as path:
            return _file_config(path)
    if isinstance(source, PythonFunction):
        return None
    if _is_shipped(source):
        with contextlib.suppress(FileNotFoundError):
            return assets.read_bytes(f"models/{source.name}.json")
    return _cache().load(str(source))


def _file_config(path: Path) -> bytes | None:
    from resnet_viz.reading.config_bytes import read_config_bytes
    from resnet_viz.reading.snapshot import is_snapshot_text

    content = read_config_bytes(path)
    return None if is_snapshot_text(content) else content


def _unpacked(source: PastFile) -> AbstractContextManager[Path]:
    """Context with the file as it was in its revision."""
    from resnet_viz.git_revisions import past_file

    return past_file(source, folder=str(Path.cwd()))


def cache_config(source: Source, config: bytes) -> None:
    """Cache the ``config`` that the engine has built for ``source``, a counterpart's base.

    No effect for files, which may change, and for functions, which may return anything.
    """
    source = base_of(source)
    if isinstance(source, BuiltIn | Application):
        _cache().store(str(source), config)


def _is_shipped(source: Source) -> TypeGuard[BuiltIn]:
    return isinstance(source, BuiltIn) and is_default(source)


def _cache() -> EntryCache:
    from resnet_viz.services.cache import EntryCache, default_directory

    return EntryCache(default_directory(), version=_builder_version(), suffix=".config")


@lru_cache(maxsize=1)
def _builder_version() -> str:
    """Version for cache invalidation: changes whenever the zoo's code or Keras does."""
    import hashlib

    folder = Path(__file__).resolve().parents[1] / "zoo"
    digest = hashlib.blake2b(digest_size=8)
    for path in (*sorted(folder.glob("*.py")), *_keras_version_files()):
        digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()}"


def _keras_version_files() -> list[Path]:
    """The file with the version of the installed Keras, which is not imported; empty if none."""
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec("keras")
    folders = (spec.submodule_search_locations if spec is not None else None) or ()
    files = (Path(folder) / "src" / "version.py" for folder in folders)
    return [path for path in files if path.is_file()]
