"""A display list as PNG, written in bands so that memory does not grow with the picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import IO, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from resnet_viz.drawing.display_list import NEAR, DisplayList, Rect
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.paint.painter import CompiledItem, compile_item

BAND_BYTES: Final = 4 << 20
_LEVEL: Final = 6
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_RGB: Final = 2
_RGBA: Final = 6
_FILTER_NONE: Final = b"\0"
_FILTER_UP: Final = b"\2"


def write_png(
    file: IO[bytes], display_list: DisplayList, options: ExportOptions, frame: Frame
) -> None:
    """Write the picture; needs a QGuiApplication."""
    opaque = options.canvas is not None
    width, height = int(frame.width), int(frame.height)
    file.write(_SIGNATURE)
    header = struct.pack(">IIBBBBB", width, height, 8, _RGB if opaque else _RGBA, 0, 0, 0)
    file.write(_chunk(b"IHDR", header))
    per_metre = max(1, round(frame.dpi / 0.0254))
    file.write(_chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)))
    for key, value in (("Title", options.title), ("Software", "resnet-viz")):
        if value:
            file.write(_chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + value.encode()))
    compressor = zlib.compressobj(_LEVEL)
    for band in _bands(display_list, options, frame):
        if data := compressor.compress(band):
            file.write(_chunk(b"IDAT", data))
    file.write(_chunk(b"IDAT", compressor.flush()))
    file.write(_chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bands(display_list: DisplayList, options: ExportOptions, frame: Frame) -> Iterator[bytes]:
    """Rows of pixels from top to bottom, each after PNG's filter byte."""
    compiled = [compile_item(item, options.theme) for item in display_list.items]
    opaque = options.canvas is not None
    width, height = int(frame.width), int(frame.height)
    rows = min(height, max(16, BAND_BYTES // (4 * width)))
    image = QImage(
        width,
        rows,
        QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied,
    )
    pixel_format = QImage.Format.Format_RGB888 if opaque else QImage.Format.Format_RGBA8888
    length = width * (3 if opaque else 4)
    previous = b""
    for top in range(0, height, rows):
        _paint_band(image, compiled, display_list.bounds, options, frame, top)
        pixels = image.convertToFormat(pixel_format)
        data, stride = bytes(pixels.constBits()), pixels.bytesPerLine()
        filtered: list[bytes] = []
        for row in range(min(rows, height - top)):
            line = data[row * stride : row * stride + length]
            # Most rows of a diagram equal the one above: their differences are all zero.
            same = line == previous
            filtered += (_FILTER_UP, bytes(length)) if same else (_FILTER_NONE, line)
            previous = line
        yield b"".join(filtered)


def _paint_band(
    image: QImage,
    compiled: list[CompiledItem],
    bounds: Rect,
    options: ExportOptions,
    frame: Frame,
    top: int,
) -> None:
    image.fill(QColor(options.canvas) if options.canvas else Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(frame.left, frame.top - top)
    painter.scale(frame.scale, frame.scale)
    painter.translate(-bounds.x, -bounds.y)
    upper = (top - frame.top) / frame.scale + bounds.y - 2.0
    lower = (top + image.height() - frame.top) / frame.scale + bounds.y + 2.0
    for item in compiled:
        if item.item.bounds.bottom >= upper and item.item.bounds.y <= lower:
            item.paint(painter, NEAR)
    painter.end()
