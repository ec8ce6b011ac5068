"""A display list as PDF: one page of the picture's size, vectors, the font embedded."""

from __future__ import annotations

from typing import IO

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.errors import AppError
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.paint.painter import paint_list


def write_pdf(
    file: IO[bytes], display_list: DisplayList, options: ExportOptions, frame: Frame
) -> None:
    """Write the picture at ``frame.dpi`` pixels per inch; needs a QGuiApplication.

    Raises:
        AppError: Qt could not make the page.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(options.title or "resnet-viz")
    writer.setCreator("resnet-viz")
    points = 72.0 / frame.dpi
    page = QSizeF(frame.width * points, frame.height * points)
    size = QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageSize(size)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter()
    if not painter.begin(writer):
        raise AppError("The PDF can't be written: its page is too large; use a smaller scale.")
    unit = writer.resolution() / frame.dpi  # dots of the writer for one pixel of the frame
    if options.canvas:
        # One dot more on each side: Qt rounds the page to whole points.
        whole = QRectF(-unit, -unit, (frame.width + 2) * unit, (frame.height + 2) * unit)
        painter.fillRect(whole, QColor(options.canvas))
    painter.scale(unit, unit)
    painter.translate(frame.left, frame.top)
    painter.scale(frame.scale, frame.scale)
    painter.translate(-display_list.bounds.x, -display_list.bounds.y)
    # A tabular 1 is a narrow figure in a wide cell: PDF readers take the gaps for spaces, and a
    # search for 112×112×64 would fail.
    paint_list(painter, display_list, options.theme, tabular=False)
    painter.end()
    buffer.close()
    file.write(content.data())
