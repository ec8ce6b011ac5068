"""Document of the source that a command names."""

from __future__ import annotations

import sys

from resnet_viz.document import Document
from resnet_viz.errors import escape_controls
from resnet_viz.services.document_loader import load_document
from resnet_viz.services.timings import Timings
from resnet_viz.sources.types import Source


def open_document(source: Source, timings: Timings) -> Document:
    """Load the source that a command names; naming a Python function is consent to run it.

    Raises:
        ModelError: the file can't be used.
        EngineError: the engine could not build it.
    """
    document = load_document(source, report_wait=_write_to_terminal)
    timings.mark("read")
    return document


def _write_to_terminal(sentence: str) -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(escape_controls(f"{sentence}\n"))
