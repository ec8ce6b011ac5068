"""``resnet-viz export``: pictures of models in files, without a window."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from resnet_viz.services.timings import Timings

if TYPE_CHECKING:
    from resnet_viz.cli.export_targets import ExportJob, ExportTarget
    from resnet_viz.exports.figure import Figure
    from resnet_viz.exports.request import PictureRequest
    from resnet_viz.sources.types import Source


def export(options: Namespace, timings: Timings, tell: Callable[[str], None]) -> None:
    """Write the pictures; ``tell`` gets a sentence for each way in which one is not the usual one.

    Raises:
        AppError: an option, a model or a target can't be used.
    """
    from resnet_viz.cli.export_targets import jobs_of
    from resnet_viz.exports.request import PictureRequest
    from resnet_viz.sources.parse import parse_source

    request = PictureRequest.of(vars(options))
    request.check()
    jobs = [(tuple(map(parse_source, job.sources)), job) for job in jobs_of(options)]
    for sources, job in jobs:
        _check(request, sources, job, strict=_strict(options, job))
    if options.watch:
        from resnet_viz.cli.watching import watch
        from resnet_viz.sources.types import file_of

        files = [file_of(source) for sources, _job in jobs for source in sources]
        watch(files, lambda: _export_all(jobs, options, request, timings, tell), tell)
    _export_all(jobs, options, request, timings, tell)


def _export_all(
    jobs: Sequence[tuple[tuple[Source, ...], ExportJob]],
    options: Namespace,
    request: PictureRequest,
    timings: Timings,
    tell: Callable[[str], None],
) -> None:
    if len(jobs) == 1:
        sources, job = jobs[0]
        _export(sources, job, request, timings, tell, strict=_strict(options, job))
        return
    from resnet_viz.cli.progress import progress

    for sources, job in progress(jobs, lambda pair: pair[1].sources[0], quiet=options.quiet):
        _export(sources, job, request, timings, tell, strict=_strict(options, job))


def _check(
    request: PictureRequest, sources: Sequence[Source], job: ExportJob, *, strict: bool
) -> None:
    """Refuse what can't work, before any work is done."""
    from resnet_viz.exports.options import check_options
    from resnet_viz.files import check_target
    from resnet_viz.sources.types import file_of

    for target in job.targets:
        check_options(request.options(target.format, strict=strict), target.format)
        if target.path is not None:
            for source in sources:
                check_target(target.path, source=file_of(source))


def _strict(options: Namespace, job: ExportJob) -> bool:
    """True if each option must mean something in the one format that is written."""
    return len(job.targets) == 1 and options.preset is None


def _export(
    sources: Sequence[Source],
    job: ExportJob,
    request: PictureRequest,
    timings: Timings,
    tell: Callable[[str], None],
    *,
    strict: bool,
) -> None:
    from resnet_viz.cli.opening import open_document
    from resnet_viz.exports.fitting import figure_of
    from resnet_viz.exports.options import WITHOUT_LAYOUT

    figure, request = figure_of([open_document(source, timings) for source in sources], request)
    if any(target.format not in WITHOUT_LAYOUT for target in job.targets):
        for note in figure.picture.notes:
            tell(note)
    timings.mark("laid_out")
    for target in job.targets:
        _write(figure, target, request, strict=strict)
    timings.mark("written")


def _write(figure: Figure, target: ExportTarget, request: PictureRequest, *, strict: bool) -> None:
    from resnet_viz.exports.write import write_figure
    from resnet_viz.files import atomic_write, binary_stdout

    options = request.options(target.format, title=figure.name, strict=strict)
    opened = binary_stdout() if target.path is None else atomic_write(target.path)
    with opened as file:
        write_figure(figure, file, target.format, options)
