"""A display list as PDF: one page of the picture's size, vectors, the font embedded."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from datetime import UTC, datetime
from typing import IO, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.errors import AppError
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.paint.painter import paint_list

_INFO_DATE: Final = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")
_ID: Final = re.compile(rb"/ID \[ <([0-9a-f]{72})>")
"""The file's id: a random UUID as text, in hexadecimal; the XMP metadata have it too."""


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
    file.write(reproducible(bytes(content.data())))


def reproducible(pdf: bytes) -> bytes:
    """Make a PDF of Qt have the same bytes for the same picture: no random id, no time of day.

    The date is that of SOURCE_DATE_EPOCH, as in other builds that can be reproduced, or none. What
    is replaced keeps its length, since the file's table of offsets follows.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    date = None
    if epoch.isascii() and epoch.isdigit() and len(epoch) < 12:
        date = datetime.fromtimestamp(int(epoch), tz=UTC)
    info = f"(D:{date:%Y%m%d%H%M%SZ})" if date else ""
    pdf = _INFO_DATE.sub(
        lambda found: _padded(f"/{found[1].decode()} {info}" if info else "", found), pdf
    )
    for name in ("CreateDate", "ModifyDate", "MetadataDate"):
        written = f'xmp:{name}="{date:%Y-%m-%dT%H:%M:%SZ}"' if date else ""
        pattern = rf'xmp:{name}="[^"]*"'.encode()
        pdf = re.sub(pattern, lambda found, text=written: _padded(text, found), pdf)  # type: ignore[misc]
    found = _ID.search(pdf)
    if found is None:
        return pdf
    old = bytes.fromhex(found[1].decode())
    blank = bytes(len(old))
    pdf = pdf.replace(found[1], blank.hex().encode()).replace(old, blank)
    new = str(uuid.UUID(bytes=hashlib.sha256(pdf).digest()[:16], version=4)).encode()
    return pdf.replace(blank.hex().encode(), new.hex().encode()).replace(blank, new)


def _padded(text: str, found: re.Match[bytes]) -> bytes:
    return text.encode().ljust(len(found[0]))[: len(found[0])]
