"""Document of a source: from disk or cache if possible, otherwise built by Keras in the engine."""

from __future__ import annotations

import sys
from collections.abc import Callable

from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph
from resnet_viz.services.graph_source import cache_config, graph_for, load_graph
from resnet_viz.services.source_title import counterpart_title, past_title
from resnet_viz.sources.buildable import title_of
from resnet_viz.sources.types import Base, Buildable, PythonFunction, Source, base_of, terms_of


def load_document(source: Source, *, report_wait: Callable[[str], None] | None = None) -> Document:
    """The document of ``source``, with Keras's help only where it is needed.

    A Python function runs in the engine; its caller has the user's consent. What it prints goes
    to stderr.

    Args:
        source: the model.
        report_wait: called with a sentence before a wait of some seconds.

    Raises:
        ModelError: the file can't be used.
        EngineError: the engine could not build it.
        UsageError: a counterpart's term names nothing that can be taken away.
    """
    graph = load_graph(source)
    base = base_of(source)
    if graph is None:
        if isinstance(base, PythonFunction):
            graph = graph_for(source, _run(base, report_wait))
        else:
            graph = graph_for(source, _build(base, report_wait))
    title = title_of(base) if isinstance(base, Buildable) else past_title(graph.name, base)
    return make_document(source, counterpart_title(title, terms_of(source)), graph)


def _build(source: Base, report_wait: Callable[[str], None] | None) -> Graph:
    from resnet_viz.engine_client.blocking import build_config
    from resnet_viz.reading.read import read_config

    assert isinstance(source, Buildable)  # load_graph has read the files
    if report_wait is not None:
        report_wait(f"Building {title_of(source)} with Keras; this takes a few seconds.")
    config = build_config(source)
    cache_config(source, config)
    return read_config(config, where=str(source))


def _run(source: PythonFunction, report_wait: Callable[[str], None] | None) -> Graph:
    from pathlib import Path

    from resnet_viz.engine_client.blocking import run_function

    if report_wait is not None:
        report_wait(f"Running {source}; starting TensorFlow takes a few seconds.")
    return run_function(source, folder=str(Path.cwd()), on_log=_write_to_stderr)


def _write_to_stderr(printed: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(printed)
        sys.stderr.flush()
