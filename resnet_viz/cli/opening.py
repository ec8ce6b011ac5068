"""Opens a source for a command: at once where that is possible, else with Keras's help."""

from __future__ import annotations

import sys

from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph
from resnet_viz.services.graph_source import cache_config, load_graph
from resnet_viz.services.timings import Timings
from resnet_viz.sources.buildable import title_of
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import Buildable, PythonFunction, Source


def open_document(text: str, timings: Timings) -> Document:
    """The document of the source that ``text`` names.

    Raises:
        UsageError: no such built-in, parameter or kind of source.
        ModelError: the file can't be used.
        EngineError: the engine could not build it.
    """
    source = parse_source(text)
    graph = load_graph(source)
    if graph is None:
        graph = _run(source) if isinstance(source, PythonFunction) else _built(source)
    timings.mark("read")
    return make_document(source, _title(source) or graph.name, graph)


def _title(source: Source) -> str:
    """The name of what has one of its own; "" for what is called as its graph is."""
    return title_of(source) if isinstance(source, Buildable) else ""


def _built(source: Source) -> Graph:
    from resnet_viz.engine_client.blocking import build_config
    from resnet_viz.reading.read import read_config

    assert isinstance(source, Buildable)  # files are always at hand
    if sys.stderr.isatty():
        sys.stderr.write(f"Building {_title(source)} with Keras; this takes a few seconds.\n")
    config = build_config(source)
    cache_config(source, config)
    return read_config(config, where=str(source))


def _run(source: PythonFunction) -> Graph:
    """The model of a function of the user's own: naming it here is the agreement to run it."""
    from pathlib import Path

    from resnet_viz.engine_client.blocking import run_function

    if sys.stderr.isatty():
        sys.stderr.write(f"Running {source}; starting TensorFlow takes a few seconds.\n")
    return run_function(source, folder=str(Path.cwd()), on_log=_pass_on)


def _pass_on(printed: str) -> None:
    sys.stderr.write(printed)
    sys.stderr.flush()
