"""Reads a picture that the user gives."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from resnet_viz.errors import AppError, quoted

_LONGEST: Final = 2048
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm", ".pgm"})


class PictureError(AppError):
    """A file cannot be shown as a picture."""


def is_picture(path: str) -> bool:
    """True if a file's suffix is that of a picture."""
    return Path(path).suffix.lower() in SUFFIXES


def read_picture(path: str) -> QImage:
    """Read a picture, rotated as its metadata say, and scaled down to 2,048 pixels.

    Raises:
        PictureError: the file is missing, unreadable, or not a picture.
    """
    name = quoted(Path(path).name, longest=120)
    if not Path(path).is_file():
        raise PictureError(f"{name} does not exist: choose another picture.")
    reader = QImageReader(path)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > _LONGEST:
        longest = QSize(_LONGEST, _LONGEST)
        reader.setScaledSize(size.scaled(longest, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise PictureError(
            f"{name} cannot be shown as a picture: choose a PNG or JPEG file.",
            details=reader.errorString(),
        )
    return image
