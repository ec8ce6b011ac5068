"""``resnet-viz report``: a model's structure and numbers as text, JSON, CSV or Markdown."""

from __future__ import annotations

from argparse import Namespace

from resnet_viz.services.timings import Timings


def write_report(options: Namespace, timings: Timings) -> None:
    """Write the report to the file named, or to the terminal.

    Raises:
        AppError: an option, the model or the target can't be used.
    """
    from resnet_viz.analysis.costs.memory.basis import checked_basis
    from resnet_viz.files import check_target, file_target, write_text
    from resnet_viz.reports.formats import check_format, render
    from resnet_viz.sources.parse import parse_source
    from resnet_viz.sources.types import file_of

    format_ = check_format(options.format, totals=options.totals, rows=options.rows)
    basis = checked_basis(options.batch, options.dtype)
    target = file_target(options.output)
    source = parse_source(options.source)
    if target is not None:
        check_target(target, source=file_of(source))

    from resnet_viz.cli.opening import open_document
    from resnet_viz.reports.json_report import report

    document = open_document(source, timings)
    contents = report(
        document, batch=basis.batch, dtype=basis.dtype, explains_rows=format_ == "json"
    )
    text = render(contents, format_, totals=options.totals, rows=options.rows)
    write_text(target, text)
    timings.mark("written")
