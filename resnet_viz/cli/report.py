"""``resnet-viz report``: a model's structure and numbers as text, JSON, CSV or Markdown."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from resnet_viz.services.timings import Timings


def tell(options: Namespace, timings: Timings) -> None:
    """Write the report to the file named, or to the terminal.

    Raises:
        AppError: the model or the target can't be used.
    """
    from resnet_viz.files import atomic_write, check_target, write_stdout

    target = Path(options.output) if options.output and options.output != "-" else None
    if target is not None:
        check_target(target)

    from resnet_viz.cli.opening import open_document
    from resnet_viz.reports.formats import render
    from resnet_viz.reports.json_report import report

    document = open_document(options.source, timings)
    found = report(document, batch=options.batch, dtype=options.dtype)
    text = render(found, options.format)
    text = text if text.endswith("\n") else text + "\n"
    if target is None:
        write_stdout(text)
    else:
        with atomic_write(target) as file:
            file.write(text.encode(errors="backslashreplace"))
    timings.mark("written")
