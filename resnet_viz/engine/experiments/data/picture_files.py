"""The user's picture files: a folder with a sub-folder for each class, or a single one.

Files are untrusted: only ordinary files are read, and a picture's size is read from its header
before it is decoded.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import tensorflow as tf

from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.errors import ModelError, quoted
from resnet_viz.experiments.summaries import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif"})
_LARGEST_FILE: Final = 32 * 2**20
_MOST_PIXELS: Final = 50_000_000
_MOST_BYTES: Final = 2**30
"""Limit of all pictures of a folder together, in the size of the model's input."""
_LEAST_PICTURES: Final = 4
_NAMED: Final = 5


class FolderPictures(NamedTuple):
    """Pictures of a folder, in the size of the model's input."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int32]
    classes: tuple[str, ...]
    notes: tuple[str, ...]


class UnreadablePictureError(ModelError):
    """A picture file can't be used."""


def read_folder(name: str, *, folder: str, size: tuple[int, int]) -> FolderPictures:
    """Read all pictures below ``name``; its sub-folders, in alphabetical order, are the classes.

    Raises:
        ModelError: there is no such folder, or too few or too many pictures in it.
    """
    root = Path(folder, name)
    if not root.is_dir():
        raise ModelError(
            f"There is no folder {quoted(name)}; data takes digits, cifar10, or a folder with a "
            "sub-folder of pictures for each class."
        )
    try:
        classes = sorted(path for path in root.iterdir() if path.is_dir())
        files = [(path, n) for n, each in enumerate(classes) for path in _pictures_in(each)]
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ModelError(
            f"The folder {quoted(name)} can't be read: {reason}; name another one."
        ) from error
    if len(files) * size[0] * size[1] * 3 > _MOST_BYTES:
        raise ModelError(
            f"The folder {quoted(name)} has {len(files):,} pictures, too many for the memory at "
            f"{size[0]}×{size[1]}; name a smaller one, or a model with a smaller input."
        )
    return _decoded(name, root, files, tuple(each.name for each in classes), size)


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()
    )


def _decoded(
    name: str,
    root: Path,
    files: list[tuple[Path, int]],
    classes: tuple[str, ...],
    size: tuple[int, int],
) -> FolderPictures:
    pictures: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    unreadable: list[str] = []
    for path, label in files:
        try:
            pictures.append(resized(read_picture(path), size))
            labels.append(label)
        except UnreadablePictureError:
            unreadable.append(str(path.relative_to(root)))
    if len(classes) < 2 or len(pictures) < _LEAST_PICTURES:
        raise ModelError(
            f"The folder {quoted(name)} has {counted(len(pictures), 'readable picture')} in "
            f"{counted(len(classes), 'sub-folder')}; put at least {_LEAST_PICTURES} pictures (PNG, "
            "JPEG, BMP, GIF) into at least 2 sub-folders, one for each class."
        )
    return FolderPictures(
        np.stack(pictures), np.array(labels, np.int32), classes, _notes(unreadable)
    )


def _notes(unreadable: list[str]) -> tuple[str, ...]:
    if not unreadable:
        return ()
    names = ", ".join(quoted(name) for name in unreadable[:_NAMED])
    more = len(unreadable) - _NAMED
    rest = f" and {more:,} more" if more > 0 else ""
    return (f"Left out because they can't be read: {names}{rest}.",)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Picture in the file ``path`` as (height, width, 3).

    Raises:
        UnreadablePictureError: it is missing, too large, or no picture.
    """
    where = quoted(path.name)
    try:
        if not path.is_file():
            raise UnreadablePictureError(f"There is no picture {where}; name another file.")
        if path.stat().st_size > _LARGEST_FILE:
            raise UnreadablePictureError(f"The picture {where} is larger than 32 MiB.")
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UnreadablePictureError(f"The picture {where} can't be read: {reason}.") from error
    pixels = _pixels(data)
    if pixels is None or not 0 < pixels <= _MOST_PIXELS:
        raise UnreadablePictureError(
            f"{where} is no PNG, JPEG, BMP or GIF picture of at most {number(_MOST_PIXELS / 1e6)} "
            "megapixels."
        )
    try:
        picture = tf.io.decode_image(data, channels=3, expand_animations=False).numpy()
    except (tf.errors.OpError, ValueError) as error:
        raise UnreadablePictureError(
            f"The picture {where} is damaged; name another one.", details=str(error)
        ) from error
    array: NDArray[np.uint8] = picture
    return array


def resized(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """``picture`` scaled to ``size`` (height, width), averaging where it gets smaller."""
    values: Any = tf.image.resize(picture[None], size, method="bilinear", antialias=True)
    array: NDArray[np.uint8] = np.clip(np.round(values[0].numpy()), 0, 255).astype(np.uint8)
    return array


def _pixels(data: bytes) -> int | None:
    """Number of pixels that the header of a picture claims; None if it is none we know."""
    try:
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            width, height = struct.unpack(">II", data[16:24])
        elif data[:4] == b"GIF8":
            width, height = struct.unpack("<HH", data[6:10])
        elif data[:2] == b"BM":
            width, height = struct.unpack("<ii", data[18:26])
        elif data[:2] == b"\xff\xd8":
            return _jpeg_pixels(data)
        else:
            return None
    except struct.error:
        return None
    return abs(int(width) * int(height))


def _jpeg_pixels(data: bytes) -> int | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width) * int(height)
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + length
    return None
