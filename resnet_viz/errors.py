"""The one error type that users see: what is wrong, where, and what to do, in one sentence."""

from __future__ import annotations

from typing import Final

EXIT_OK: Final = 0
EXIT_UNUSABLE: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130


class AppError(Exception):
    """A failure that a user can act on; its text is one complete sentence without a traceback.

    Attributes:
        message: the sentence: what, where, what to do.
        exit_code: what the command line returns for it (1 unusable model or file, 2 wrong usage).
        details: further lines for "Copy details" and ``--debug``; may be empty.
    """

    exit_code: int = EXIT_UNUSABLE

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class UsageError(AppError):
    """The request itself is wrong: an unknown name, parameter, suffix or option value."""

    exit_code = EXIT_USAGE


class ModelError(AppError):
    """The model or file named can't be used."""


class EngineError(AppError):
    """The engine (Keras) could not do what it was asked, or has died."""


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """Work was cancelled; no answer will come."""


def quoted(text: str, *, longest: int = 60) -> str:
    """``text`` from outside for use in a sentence: in quotes, on one line, not too long."""
    shown = text if len(text) <= longest else text[: longest - 1] + "…"
    if shown.isprintable():
        return f'"{shown}"'
    return '"' + "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown) + '"'
