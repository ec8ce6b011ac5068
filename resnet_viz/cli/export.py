"""``resnet-viz export``: a picture of a model in a file, without a window."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from resnet_viz.services.timings import Timings


def export(options: Namespace, timings: Timings, tell: Callable[[str], None]) -> None:
    """Write the picture; ``tell`` gets a sentence for each way in which it is not the usual one.

    Raises:
        AppError: an option, the model or the target can't be used.
    """
    from resnet_viz.exports.request import PictureRequest
    from resnet_viz.exports.write import check_request, write_picture
    from resnet_viz.sources.parse import parse_source
    from resnet_viz.sources.types import file_of

    fields = PictureRequest.__struct_fields__
    request = PictureRequest(**{name: getattr(options, name) for name in fields})
    target, view, groups = Path(options.output), request.view(), request.groups()
    source = parse_source(options.source)
    check_request(target, request.options(), source=file_of(source))

    from resnet_viz.cli.opening import open_document
    from resnet_viz.exports.figure import draw, open_groups

    document = open_document(source, timings)
    picture = draw(document, open_groups(document, view, groups))
    timings.mark("laid_out")
    for note in picture.notes:
        tell(note)
    write_picture(picture, target, request.options(title=document.title))
    timings.mark("written")
