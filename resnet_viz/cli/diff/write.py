"""``resnet-viz diff`` and ``snapshot``: two architectures compared, one as text."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from resnet_viz.services.timings import Timings

if TYPE_CHECKING:
    from resnet_viz.comparison.types import Comparison
    from resnet_viz.exports.options import FormatName
    from resnet_viz.exports.request import PictureRequest


def write_diff(options: Namespace, timings: Timings, tell: Callable[[str], None]) -> int:
    """Write what differs between two models; return the exit code: 0 equal, 3 different.

    With ``--fail-on`` it is 3 only if one of the conditions holds. ``tell`` gets a sentence for
    each way in which a picture is not the usual one.

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

    target = file_target(options.output)
    drawn = None if options.format or target is None else _drawn(options, target)
    format_ = _text_format(options, target) if drawn is None else ""
    check_comparison_format(format_ or "text")
    conditions = parse_conditions(options.fail_on)
    sources = [parse_source(word) for word in (options.a, options.b)]
    if target is not None:
        for source in sources:
            check_target(target, source=file_of(source))

    from resnet_viz.cli.opening import open_document

    a, b = (open_document(source, timings) for source in sources)
    comparison = compare(a, b, with_trainable=options.with_trainable)
    if drawn is None or target is None:
        write_text(target, render_comparison(comparison_values(comparison), format_))
    else:
        _draw(comparison, drawn, target, tell)
    timings.mark("written")
    if conditions:
        is_different = any(condition.holds(comparison) for condition in conditions)
    else:
        is_different = not comparison.equal
    return EXIT_DIFFERENT if is_different else EXIT_OK


class _DrawnComparison(msgspec.Struct, frozen=True):
    """A picture to draw of a comparison."""

    format: FormatName
    request: PictureRequest
    is_split: bool


def _drawn(options: Namespace, target: Path) -> _DrawnComparison | None:
    """The picture that the file's suffix asks for, its options checked; None for a text."""
    from resnet_viz.errors import UsageError
    from resnet_viz.exports.options import FORMAT_NAMES, check_options, format_of
    from resnet_viz.exports.request import PictureRequest

    if target.suffix.lower().removeprefix(".") not in FORMAT_NAMES:
        return None
    request = PictureRequest.of(vars(options))
    format_ = format_of(target)
    if request.result is not None:
        raise UsageError("--result colours the picture of one model: leave it out of a diff.")
    if request.fit is not None:
        raise UsageError("--fit is for pictures of models: leave it out of a diff.")
    request.view()
    check_options(request.options(format_), format_)
    return _DrawnComparison(format_, request, options.side_by_side)


def _text_format(options: Namespace, target: Path | None) -> str:
    if options.format:
        return str(options.format)
    suffixes = {".json": "json", ".md": "markdown"}
    return "text" if target is None else suffixes.get(target.suffix.lower(), "text")


def _draw(
    comparison: Comparison,
    drawn: _DrawnComparison,
    target: Path,
    tell: Callable[[str], None],
) -> None:
    from resnet_viz.exports.comparison.figure import comparison_figure
    from resnet_viz.exports.options import WITHOUT_LAYOUT
    from resnet_viz.exports.write import write_figure
    from resnet_viz.files import atomic_write

    request = drawn.request
    figure = comparison_figure(
        comparison, request.view(), is_split=drawn.is_split, groups=request.groups()
    )
    if drawn.format not in WITHOUT_LAYOUT:
        for note in figure.picture.notes:
            tell(note)
    options = request.options(drawn.format, title=figure.title)
    with atomic_write(target) as file:
        write_figure(figure, file, drawn.format, options)


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
