"""Errors shown to users: one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from typing import Final

EXIT_OK: Final = 0
EXIT_UNUSABLE: Final = 1
EXIT_USAGE: Final = 2
EXIT_DIFFERENT: Final = 3


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
    """Wrong usage: an unknown name, parameter, suffix or option value."""

    exit_code = EXIT_USAGE


class ModelError(AppError):
    """A model or file can't be used."""


class EngineError(AppError):
    """The engine (Keras) failed or died."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """Work was cancelled by the user; there is no result."""


def quoted(text: str, *, longest: int = 60) -> str:
    """Quote untrusted ``text`` for a sentence: on one line, printable, not too long."""
    shown = text if len(text) <= longest else text[: longest - 1] + "…"
    return f'"{escape_controls(shown, kept="")}"'


def escape_controls(text: str, *, kept: str = "\n") -> str:
    """``text`` for a terminal: controls, bidi marks and other unprintable characters escaped.

    A model's names are untrusted; an ESC in one would let it take over the terminal.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in kept else repr(c)[1:-1] for c in text)
