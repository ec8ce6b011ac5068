"""``resnet-viz export``: a picture of a model in a file, without a window."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from resnet_viz.services.timings import Timings


def export(options: Namespace, timings: Timings) -> None:
    """Write the picture.

    Raises:
        AppError: what is asked for, the model or the target can't be used.
    """
    from resnet_viz.exports.request import settings_from, view_from
    from resnet_viz.exports.write import check_request, write_picture

    target, asked = Path(options.output), {**vars(options), "legend": not options.no_legend}
    view = view_from(asked)
    check_request(target, settings_from(asked))

    from resnet_viz.cli.opening import open_document
    from resnet_viz.exports.figure import draw, opened

    document = open_document(options.source, timings)
    picture = draw(document, opened(document, view, tuple(options.open)))
    timings.mark("laid_out")
    write_picture(picture, target, settings_from(asked, title=document.title))
    timings.mark("written")
