"""``resnet-viz diff`` and ``snapshot``: two architectures compared, one as text."""

from __future__ import annotations

from argparse import Namespace

from resnet_viz.services.timings import Timings


def write_diff(options: Namespace, timings: Timings) -> int:
    """Write what differs between two models; return the exit code: 0 equal, 3 different.

    With ``--fail-on`` it is 3 only if one of the conditions holds.

    Raises:
        AppError: an option, a model or the target can't be used.
    """
    from resnet_viz.comparison.compare import compare
    from resnet_viz.comparison.conditions import parse_conditions
    from resnet_viz.errors import EXIT_DIFFERENT, EXIT_OK
    from resnet_viz.files import check_target, file_target, write_text
    from resnet_viz.reports.comparison_formats import check_comparison_format, render_comparison
    from resnet_viz.reports.comparison_json import comparison_values
    from resnet_viz.sources.parse import parse_source
    from resnet_viz.sources.types import file_of

    format_ = check_comparison_format(options.format)
    conditions = parse_conditions(options.fail_on)
    target = file_target(options.output)
    sources = [parse_source(word) for word in (options.a, options.b)]
    if target is not None:
        for source in sources:
            check_target(target, source=file_of(source))

    from resnet_viz.cli.opening import open_document

    a, b = (open_document(source, timings) for source in sources)
    comparison = compare(a, b, with_trainable=options.with_trainable)
    write_text(target, render_comparison(comparison_values(comparison), format_))
    timings.mark("written")
    if conditions:
        is_different = any(condition.holds(comparison) for condition in conditions)
    else:
        is_different = not comparison.equal
    return EXIT_DIFFERENT if is_different else EXIT_OK


def write_snapshot(options: Namespace, timings: Timings) -> None:
    """Write a model's architecture as text.

    Raises:
        AppError: the model or the target can't be used.
    """
    from resnet_viz.comparison.snapshot import snapshot_text
    from resnet_viz.files import check_target, file_target, write_text
    from resnet_viz.sources.parse import parse_source
    from resnet_viz.sources.types import file_of

    target = file_target(options.output)
    source = parse_source(options.source)
    if target is not None:
        check_target(target, source=file_of(source))

    from resnet_viz.cli.opening import open_document

    write_text(target, snapshot_text(open_document(source, timings)))
    timings.mark("written")
