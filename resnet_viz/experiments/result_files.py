"""Results read from JSON, as ``run -o result.json`` writes them; files are untrusted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from resnet_viz.errors import ModelError, quoted
from resnet_viz.experiments.results import SCHEMA, Result

MOST_BYTES: Final = 64 * 2**20


def decoded_result(data: bytes) -> Result | None:
    """The result in ``data``; None if that is no result of this version."""
    try:
        result: Result = msgspec.json.decode(data, type=Result)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return result if result.schema == SCHEMA and result.runs else None


def read_result(path: Path) -> Result:
    """Read the result in a file.

    Raises:
        ModelError: it can't be read, or is no result.
    """
    where = quoted(str(path))
    try:
        if not path.is_file():
            raise ModelError(f"There is no file {where}; name a result of resnet-viz run.")
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "unknown reason"
        raise ModelError(f"{where} can't be read: {reason.lower()}.") from error
    result = decoded_result(data)
    if result is None:
        raise ModelError(
            f"{where} is no result of an experiment; name a .json file that resnet-viz run has "
            "written."
        )
    return result
