"""A display list as PNG, written in bands so that memory does not grow with the picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from math import ceil
from typing import IO, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from resnet_viz.drawing.display_list import NEAR, DisplayList, Rect
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.paint.painter import CompiledItem, compile_item

BAND_BYTES: Final = 4 << 20
TILE_WIDTH: Final = 16_384
_PREMULTIPLIED: Final = QImage.Format.Format_ARGB32_Premultiplied
_LEVEL: Final = 6
_LARGEST_LETTER: Final = 40
"""Width of a letter at 100 %, at most."""
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
    texts = {
        "Title": options.title,
        "Description": options.description,
        "Software": "resnet-viz",
    }
    for key, value in texts.items():
        if value:
            file.write(
                _chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + value.encode(errors="replace"))
            )
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
    width, height = int(frame.width), int(frame.height)
    theme, is_tiled = options.theme, width > TILE_WIDTH
    compiled = [compile_item(item, theme, outlined_dashes=is_tiled) for item in display_list.items]
    rows = min(height, max(16, BAND_BYTES // (4 * width)))
    tiles = [
        _Tile(left, min(TILE_WIDTH, width - left), rows, options, frame.scale)
        for left in range(0, width, TILE_WIDTH)
    ]
    empty = bytes(width * (4 if options.canvas is None else 3))
    previous = b""
    for top in range(0, height, rows):
        strips = [tile.painted(compiled, display_list.bounds, frame, top) for tile in tiles]
        filtered: list[bytes] = []
        for row in range(min(rows, height - top)):
            line = b"".join(strip.row(row) for strip in strips)
            # Most rows of a diagram equal the one above: their differences are all zero.
            same = line == previous
            filtered += (_FILTER_UP, empty) if same else (_FILTER_NONE, line)
            previous = line
        yield b"".join(filtered)


class _Strip(NamedTuple):
    """Pixels of a tile in the PNG's order."""

    data: bytes
    stride: int
    start: int
    length: int

    def row(self, row: int) -> bytes:
        start = row * self.stride + self.start
        return self.data[start : start + self.length]


class _Tile:
    """A part of a band that Qt can paint, which it can't where coordinates exceed 32,767.

    It begins before its own pixels: Qt shifts letters that begin at a negative coordinate.
    """

    def __init__(
        self, left: int, width: int, rows: int, options: ExportOptions, scale: float
    ) -> None:
        opaque = options.canvas is not None
        margin = min(left, ceil(_LARGEST_LETTER * scale))
        self._left = left - margin
        self._ground = QColor(options.canvas) if options.canvas else Qt.GlobalColor.transparent
        self._format = QImage.Format.Format_RGB888 if opaque else QImage.Format.Format_RGBA8888
        self._start = margin * (3 if opaque else 4)
        self._length = width * (3 if opaque else 4)
        painted = QImage.Format.Format_RGB32 if opaque else _PREMULTIPLIED
        self._image = QImage(margin + width, rows, painted)

    def painted(self, compiled: list[CompiledItem], bounds: Rect, frame: Frame, top: int) -> _Strip:
        """The tile's part of the band that begins at row ``top``."""
        image = self._image
        image.fill(self._ground)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(frame.left - self._left, frame.top - top)
        painter.scale(frame.scale, frame.scale)
        painter.translate(-bounds.x, -bounds.y)
        upper = (top - frame.top) / frame.scale + bounds.y - 2.0
        lower = upper + image.height() / frame.scale + 4.0
        first = (self._left - frame.left) / frame.scale + bounds.x - 2.0
        last = first + image.width() / frame.scale + 4.0
        for item in compiled:
            box = item.item.bounds
            if box.bottom >= upper and box.y <= lower and box.right >= first and box.x <= last:
                item.paint(painter, NEAR)
        painter.end()
        pixels = image.convertToFormat(self._format)
        return _Strip(bytes(pixels.constBits()), pixels.bytesPerLine(), self._start, self._length)
