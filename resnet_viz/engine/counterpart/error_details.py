"""Details of an error that Keras or the user's code has raised."""

from __future__ import annotations

from typing import Final

_MAX_LENGTH: Final = 300


def error_details(error: Exception) -> str:
    """Class of the error and its text on one line, which may quote the whole model: cut."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:_MAX_LENGTH]}"
