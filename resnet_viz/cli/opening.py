"""Opens a source for a command: at once where that is possible, else with Keras's help."""

from __future__ import annotations

import sys

from resnet_viz.document import Document, make_document
from resnet_viz.graph.values import Graph
from resnet_viz.reading.locate import parse_source
from resnet_viz.services.models import graph_at_hand, remember
from resnet_viz.services.timings import Timings
from resnet_viz.sources import BuiltIn, Source
from resnet_viz.zoo.catalog import title


def open_document(text: str, timings: Timings) -> Document:
    """The document of the source that ``text`` names.

    Raises:
        UsageError: no such built-in, parameter or kind of source.
        ModelError: the file can't be used.
        EngineError: the engine could not build it.
    """
    source = parse_source(text)
    graph = graph_at_hand(source)
    if graph is None:
        graph = _built(source)
    timings.mark("read")
    name = title(source) if isinstance(source, BuiltIn) else graph.name
    return make_document(source, name, graph)


def _built(source: Source) -> Graph:
    from resnet_viz.reading.read import read_config
    from resnet_viz.services.engine_once import build_config

    assert isinstance(source, BuiltIn)  # only those are ever not at hand
    if sys.stderr.isatty():
        sys.stderr.write(f"Building {title(source)} with Keras; this takes a few seconds.\n")
    config = build_config(source)
    remember(source, config)
    return read_config(config, where=str(source))
