"""The one member of a ``.keras`` zip that says what the model is, read without extracting it."""

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
_END: Final = b"PK\x05\x06"
_LOCATOR: Final = b"PK\x06\x07"
_HEADER: Final = b"PK\x03\x04"
_HEADER_BYTES: Final = 30
_BUFFER_BYTES: Final = 1024
_LONGEST_END: Final = (1 << 16) + 22 + 20 + 56  # comment, end, locator, longer end


def check_size(size: int) -> None:
    """Refuse a configuration of ``size`` bytes if that is too many.

    Raises:
        Unreadable: it is.
    """
    if size > MAX_CONFIG_BYTES:
        raise Unreadable(f"its configuration is larger than {MAX_CONFIG_BYTES // _MIB} MiB")


def config_in_zip(file: IO[bytes]) -> bytes:
    """The content of ``config.json`` in the zip.

    Raises:
        Unreadable: it is no whole zip, has no such member, or one that is damaged or absurd.
    """
    # zipfile takes 10 ms to import: only who opens a zip pays for it.
    from zipfile import BadZipFile, ZipFile

    check_directory(file)
    try:
        with ZipFile(file) as archive:
            return _config_in(archive)
    except BadZipFile as error:
        raise Unreadable(f"it is not a whole zip file ({_plain(error)})") from None
    except (zlib.error, EOFError) as error:
        raise Unreadable(f"its config.json is damaged ({_plain(error)})") from None
    except NotImplementedError as error:
        raise Unreadable(f"its zip needs what isn't supported ({_plain(error)})") from None
    except RuntimeError:  # how zipfile says "encrypted"
        raise Unreadable("its config.json is encrypted") from None
    except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError) as error:
        # zipfile trusts the numbers in the file; wrong ones surface as any of these.
        raise Unreadable(f"its zip structure is broken ({_plain(error)})") from None


def _config_in(archive: ZipFile) -> bytes:
    try:
        info = archive.getinfo("config.json")
    except KeyError:
        raise Unreadable(
            "the zip has no config.json, so Keras did not save it as a model"
        ) from None
    check_size(info.file_size)
    if info.file_size > max(RATIO_MATTERS_ABOVE, info.compress_size * MAX_RATIO):
        raise Unreadable("its config.json unpacks to an absurd size")
    with archive.open(info) as member:
        content = member.read(MAX_CONFIG_BYTES + 1)  # the header's size may be a lie
    check_size(len(content))
    return content


def check_directory(file: IO[bytes]) -> None:
    """Refuse a zip with far more members than a model has, before zipfile takes them all in.

    Raises:
        Unreadable: its directory is too large.
    """
    start = max(0, file.seek(0, os.SEEK_END) - _LONGEST_END)
    file.seek(start)
    data = file.read(_LONGEST_END)
    place = data.rfind(_END)
    if place < 0:
        return  # zipfile says better what it is
    size = int.from_bytes(data[place + 12 : place + 16], "little")
    # A large zip has a longer record before it, which zipfile believes if there is a locator.
    if data[place - 20 : place - 16] == _LOCATOR and place >= 76:
        size = int.from_bytes(data[place - 36 : place - 28], "little")
    if size > MAX_DIRECTORY_BYTES:
        raise Unreadable("its zip has far more members than a model")


def stored_member(file: IO[bytes], header: int, size: int) -> IO[bytes]:
    """The content of a member that is stored as it is, to be read at any place.

    zipfile's own reads all that lies before a place again whenever it goes back: gigabytes.

    Args:
        file: the whole zip; it must stay open.
        header: where the member's local header begins.
        size: bytes of its content.

    Raises:
        Unreadable: there is no such header, or the content is not all in the file.
    """
    file.seek(header)
    head = file.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or not head.startswith(_HEADER):
        raise Unreadable("its zip structure is broken (a member has no header)")
    lengths = (head[26:28], head[28:30])  # of the name and of the extra field after it
    start = header + _HEADER_BYTES + sum(int.from_bytes(two, "little") for two in lengths)
    if start + size > file.seek(0, os.SEEK_END):
        raise Unreadable("its zip is cut short")
    return io.BufferedReader(_Part(file, start, size), buffer_size=_BUFFER_BYTES)


class _Part(io.RawIOBase):
    """``size`` bytes of ``file`` from ``start`` on."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(0, origin + offset)
        return self._place

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._place)
        data = self._file.read(min(len(view), max(0, self._size - self._place)))
        view[: len(data)] = data
        self._place += len(data)
        return len(data)


def _plain(error: Exception) -> str:
    text = " ".join(str(error).split())[:120]
    return "".join(c for c in text if c.isprintable()).rstrip(".") or type(error).__name__
