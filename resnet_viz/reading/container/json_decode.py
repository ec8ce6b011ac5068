"""JSON decoder with line and column of errors and bounds on memory, depth and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import (
    LIST_BYTES,
    MAX_BARE_BYTES,
    MAX_CONFIG_BYTES,
    MAX_DECODED_BYTES,
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_TEXT,
    OBJECT_BYTES,
    VALUE_BYTES,
    VALUES_PER_OBJECT,
    WIDE_BYTES,
)

_BOM: Final = b"\xef\xbb\xbf"
_SHARED: Final = "shared_object_id"
# A string, or a non-finite number, which Python's json module writes although JSON has none.
_STRING_OR_NOT_FINITE: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?Infinity|NaN')
_TOO_DEEP: Final = f"its JSON is nested more than {MAX_DEPTH} levels deep"


def decode_json(data: bytes) -> dict[str, Any]:
    """The JSON object in ``data``, without Keras's "shared_object_id".

    Where two settings are one Python object, Keras writes its address into ``.keras`` files; equal
    blocks would differ by it. Non-finite numbers (a mask of -Infinity, say) become strings:
    "-Infinity", "Infinity", "NaN".

    Raises:
        Unreadable: not JSON (with line and column), not UTF-8, too deep, a number of more than 64
            bits, a string that is too long, too many values, or not an object.
    """
    if len(data) > MAX_CONFIG_BYTES:
        raise Unreadable(f"its configuration is larger than {MAX_CONFIG_BYTES >> 20} MiB")
    data = data.removeprefix(_BOM)
    if not data or data.isspace():
        raise Unreadable("it has no content")
    _check_memory(data)
    value = _parse(data)
    if type(value) is not dict:
        raise Unreadable("it is JSON, but not the configuration of a Keras model")
    _check_values(value, 1)
    return value


def _check_memory(data: bytes) -> None:
    """Refuse JSON that would take too much memory when decoded."""
    objects, values = data.count(b"{"), data.count(b",")
    estimate = objects * OBJECT_BYTES + data.count(b"[") * LIST_BYTES + values * VALUE_BYTES
    if not data.isascii() or b"\\u" in data:
        estimate += WIDE_BYTES * len(data)
    bare = (values - VALUES_PER_OBJECT * objects) * VALUE_BYTES  # long lists of values
    if bare > MAX_BARE_BYTES or estimate > MAX_DECODED_BYTES:
        raise Unreadable(
            f"its JSON has far more values than a model needs ({values:,}; EfficientNetV2L's has "
            "42,000)"
        )


def _parse(data: bytes | bytearray, *, is_finite: bool = False) -> object:
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None
    except msgspec.ValidationError as error:
        raise Unreadable(f"its JSON has a number that is too large ({_reason(error)})") from None
    except UnicodeDecodeError:
        raise Unreadable(f"its text is not UTF-8{_not_utf8(data)}") from None
    except msgspec.DecodeError as error:
        if not is_finite and (b"NaN" in data or b"Infinity" in data):
            return _parse(_quote_not_finite(data), is_finite=True)
        raise Unreadable(f"its JSON is invalid{_location(data, str(error))}") from None


def _quote_not_finite(data: bytes | bytearray) -> bytearray:
    """``data`` with quotes around non-finite numbers."""
    quoted_data, end = bytearray(), 0
    for match in _STRING_OR_NOT_FINITE.finditer(data):
        if not match[0].startswith(b'"'):
            quoted_data += data[end : match.start()] + b'"' + match[0] + b'"'
            end = match.end()
    quoted_data += data[end:]
    return quoted_data


def _reason(error: Exception) -> str:
    text = str(error).partition(" - at ")[0]
    return text[:1].lower() + text[1:120]


def _location(data: bytes | bytearray, message: str) -> str:
    """The clause " at line 3, column 7 (invalid character)" for msgspec's message."""
    match = re.search(r"\(byte (\d+)\)", message)
    cause = re.sub(r"^JSON is malformed: | \(byte \d+\)$", "", message)
    if not match:
        return " at its end (cut short)" if "truncated" in message else f" ({cause})"
    return f" at {_line_and_column(data, int(match[1]))} ({cause})"


def _line_and_column(data: bytes | bytearray, byte: int) -> str:
    before = data[:byte]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return f"line {line}, column {column}"


def _not_utf8(data: bytes | bytearray) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as error:  # msgspec counts from the start of the one string
        return f" at {_line_and_column(data, error.start)}"
    return ""


def _check_values(container: dict[str, Any] | list[Any], depth: int) -> None:
    """Check all values inside ``container`` and remove "shared_object_id"."""
    if depth > MAX_DEPTH:
        raise Unreadable(_TOO_DEEP)
    values: Iterable[Any] = container.values() if isinstance(container, dict) else container
    for value in values:
        kind = type(value)
        if kind is dict or kind is list:
            if kind is dict:
                value.pop(_SHARED, None)
            _check_values(value, depth + 1)
        elif kind is int:
            if not -MAX_INTEGER <= value <= MAX_INTEGER:
                raise Unreadable("its JSON has a whole number of more than 64 bits")
        elif kind is str and len(value) > MAX_TEXT:
            raise Unreadable(f"its JSON has a text of more than {MAX_TEXT >> 20} MiB")
