"""Atomic write of a picture to a file, or to stdout, in one of the formats."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import msgspec

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.options import (
    ExportOptions,
    FormatName,
    check_options,
    format_of,
    frame_of,
)
from resnet_viz.files import atomic_write, check_target


def check_request(path: Path, options: ExportOptions, *, source: str = "") -> None:
    """Refuse a target or options that cannot work, before any work is done.

    Raises:
        UsageError: an unknown suffix, or options that contradict each other.
        WriteError: the target can't be written, or is the file ``source`` that is read.
    """
    check_options(options, format_of(path))
    check_target(path, source=source)


def write_picture(display_list: DisplayList, path: Path, options: ExportOptions) -> None:
    """Write the picture, from any thread; PNG and PDF need a QGuiApplication.

    Raises:
        UsageError: an unknown suffix, contradicting options, or a PNG too large to write.
        WriteError: the target can't be written; a file that was there stays as it was.
    """
    check_request(path, options)
    format_ = format_of(path)
    frame_of(display_list.bounds, options, format_)  # refuses before a file is made
    with atomic_write(path) as file:
        _write_drawn(file, display_list, format_, options)


def write_figure(
    figure: Figure, file: IO[bytes], format_: FormatName, options: ExportOptions
) -> None:
    """Write the figure to an open file.

    Raises:
        UsageError: it would be larger than its format, or programs that read it, allow.
        AppError: Qt can't be loaded, or Graphviz failed.
    """
    options = msgspec.structs.replace(options, description=figure.description)
    if format_ == "html":
        from resnet_viz.exports.html.page import write_html

        write_html(file, figure, options)
    elif format_ == "dot":
        from resnet_viz.exports.graph_languages.dot import write_dot

        write_dot(file, figure, options)
    elif format_ == "mmd":
        from resnet_viz.exports.graph_languages.mermaid import write_mermaid

        write_mermaid(file, figure, options)
    elif format_ == "tex":
        from resnet_viz.exports.tikz import write_tikz
        from resnet_viz.paint.fonts import QtMeasurer

        frame = frame_of(figure.picture.bounds, options, format_)
        write_tikz(file, figure.picture, options, frame, QtMeasurer())
    else:
        _write_drawn(file, figure.picture, format_, options)


def _write_drawn(
    file: IO[bytes], display_list: DisplayList, format_: FormatName, options: ExportOptions
) -> None:
    frame = frame_of(display_list.bounds, options, format_)
    if format_ == "svg":
        from resnet_viz.exports.svg import write_svg as write
    elif format_ == "png":
        from resnet_viz.exports.png import write_png as write
    else:
        from resnet_viz.exports.pdf import write_pdf as write
    write(file, display_list, options, frame)
