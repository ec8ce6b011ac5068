"""Members of a ``.keras`` zip, read in place and with limits (zip bombs, huge directories)."""

from __future__ import annotations

import io
import os
import zlib
from typing import IO, TYPE_CHECKING, Final

from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import (
    MAX_CONFIG_BYTES,
    MAX_DIRECTORY_BYTES,
    MAX_RATIO,
    RATIO_MATTERS_ABOVE,
)

if TYPE_CHECKING:
    from zipfile import ZipFile

    from typing_extensions import Buffer

_MIB: Final = 1024 * 1024
_METHODS: Final = frozenset({0, 8})  # stored, deflated
_END: Final = b"PK\x05\x06"
_LOCATOR: Final = b"PK\x06\x07"
_HEADER: Final = b"PK\x03\x04"
_HEADER_BYTES: Final = 30
_BUFFER_BYTES: Final = 1024
_MAX_END: Final = (1 << 16) + 22 + 20 + 56  # comment, end record, zip64 locator and end record


def check_config_size(size: int) -> None:
    """Check the size of a configuration.

    Raises:
        Unreadable: ``size`` bytes are too many.
    """
    if size > MAX_CONFIG_BYTES:
        raise Unreadable(f"its configuration is larger than {MAX_CONFIG_BYTES // _MIB} MiB")


def read_zip_config(file: IO[bytes]) -> bytes:
    """Content of ``config.json`` in the zip.

    Raises:
        Unreadable: the zip is damaged or has no such member, or the member is damaged or too large.
    """
    # zipfile takes 10 ms to import.
    from zipfile import BadZipFile, ZipFile

    check_zip_directory(file)
    try:
        with ZipFile(file) as archive:
            return _read_config(archive)
    except BadZipFile as error:
        raise Unreadable(f"it is not a complete zip file ({_plain(error)})") from None
    except (zlib.error, EOFError) as error:
        raise Unreadable(f"its config.json is damaged ({_plain(error)})") from None
    except NotImplementedError as error:
        raise Unreadable(f"its zip uses an unsupported feature ({_plain(error)})") from None
    except RuntimeError:  # zipfile's error for encrypted members
        raise Unreadable("its config.json is encrypted") from None
    except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError) as error:
        # zipfile trusts the numbers in the file; wrong ones raise any of these.
        raise Unreadable(f"its zip structure is damaged ({_plain(error)})") from None


def _read_config(archive: ZipFile) -> bytes:
    try:
        info = archive.getinfo("config.json")
    except KeyError:
        raise Unreadable(
            "the zip has no config.json, so Keras did not save it as a model"
        ) from None
    if info.compress_type not in _METHODS:
        raise Unreadable("its config.json is packed by a method that Keras does not use")
    check_config_size(info.file_size)
    # Sizes in the directory may be lies: what counts is what is read, from what the file has.
    packed = min(info.compress_size, archive.fp.seek(0, os.SEEK_END) if archive.fp else 0)
    most = min(MAX_CONFIG_BYTES, max(RATIO_MATTERS_ABOVE, packed * MAX_RATIO))
    content = io.BytesIO()  # hands its content out without a copy
    with archive.open(info) as member:
        while chunk := member.read(_MIB):
            content.write(chunk)
            if content.tell() > most:
                check_config_size(content.tell())
                raise Unreadable("its config.json is compressed far too much (a zip bomb)")
    return content.getvalue()


def check_zip_directory(file: IO[bytes]) -> None:
    """Check the size of a zip's central directory, before zipfile reads all of it.

    Raises:
        Unreadable: it has far more members than a model.
    """
    start = max(0, file.seek(0, os.SEEK_END) - _MAX_END)
    file.seek(start)
    data = file.read(_MAX_END)
    end = data.rfind(_END)
    if end < 0:
        return  # zipfile's error is better
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    # zipfile uses the zip64 record before it if there is a locator.
    if data[end - 20 : end - 16] == _LOCATOR and end >= 76:
        size = int.from_bytes(data[end - 36 : end - 28], "little")
    if size > MAX_DIRECTORY_BYTES:
        raise Unreadable("its zip has far more members than a model")


def open_stored_member(file: IO[bytes], header: int, size: int) -> IO[bytes]:
    """Random access to an uncompressed member.

    zipfile reads a member from its start again after each seek backwards: gigabytes.

    Args:
        file: the whole zip; it must stay open.
        header: position of the member's local header.
        size: size of its content in bytes.

    Raises:
        Unreadable: there is no such header, or the file ends before the content.
    """
    file.seek(header)
    head = file.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or not head.startswith(_HEADER):
        raise Unreadable("its zip structure is damaged (a member has no header)")
    lengths = (head[26:28], head[28:30])  # of the name and of the extra field after it
    start = header + _HEADER_BYTES + sum(int.from_bytes(raw, "little") for raw in lengths)
    if start + size > file.seek(0, os.SEEK_END):
        raise Unreadable("its zip is cut short")
    return io.BufferedReader(_FileSlice(file, start, size), buffer_size=_BUFFER_BYTES)


class _FileSlice(io.RawIOBase):
    """Read-only stream of ``size`` bytes of ``file`` from ``start`` on."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._position)
        data = self._file.read(min(len(view), max(0, self._size - self._position)))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)


def _plain(error: Exception) -> str:
    text = " ".join(str(error).split())[:120]
    return "".join(c for c in text if c.isprintable()).rstrip(".") or type(error).__name__
