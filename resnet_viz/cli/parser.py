"""Argument parser that raises each usage error as a UsageError of one sentence."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from resnet_viz.errors import UsageError, quoted
from resnet_viz.suggestions import unknown_name
from resnet_viz.typing_compat import override

Number = TypeVar("Number", int, float)


class Parser(argparse.ArgumentParser):
    """argparse without exits, abbreviations and usage text in errors."""

    def __init__(self, name: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=name,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.add_argument(
            "--timings", action="store_true", help="write milestones as JSON to stderr"
        )
        self.add_argument(
            "--debug", action="store_true", help="show tracebacks and the details of errors"
        )

    def error(self, message: str) -> NoReturn:
        """Raise the error message instead of printing it and exiting."""
        if message.startswith("argument "):
            option, _, reason = message.removeprefix("argument ").partition(": ")
            message = f"{option.split('/')[-1]}: {reason}"
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")

    @override
    def print_help(self, file: object = None) -> None:
        from resnet_viz.files import write_stdout

        write_stdout(self.format_help())

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse ``arguments``.

        Raises:
            UsageError: an unknown option, a missing or wrong value, an unexpected argument.
        """
        values, rest = self.parse_known_args(list(arguments))
        for word in rest:
            if word.startswith("-") and word != "-":
                name = word.partition("=")[0]
                raise UsageError(unknown_name("option", name, self._option_string_actions))
        if rest:
            raise UsageError(
                f"Unexpected argument {quoted(rest[0])} for {self.prog}; "
                "put names with spaces in quotes."
            )
        return values


def file_name(word: str) -> str:
    """Type for ``add_argument``: the name of a file to write, or UsageError if it is empty."""
    if not word.strip():
        raise UsageError("--output takes the name of a file (not an empty one).")
    return word


def positive(option: str, kind: type[Number]) -> Callable[[str], Number]:
    """Type for ``add_argument``: a number more than 0, or UsageError."""
    expected = "a whole number" if kind is int else "a number"

    def read(word: str) -> Number:
        try:
            value = kind(word)
        except ValueError:
            value = kind(0)
        if not (value > 0 and math.isfinite(value)):
            raise UsageError(f"{option} takes {expected} more than 0 (not {quoted(word)}).")
        return value

    return read


def whole(option: str) -> Callable[[str], int]:
    """Type for ``add_argument``: a whole number from 0, or UsageError."""

    def read(word: str) -> int:
        if not (word.isascii() and word.isdigit()):
            raise UsageError(f"{option} takes a whole number of 0 or more (not {quoted(word)}).")
        return int(word)

    return read


def not_negative(option: str) -> Callable[[str], float]:
    """Type for ``add_argument``: a number from 0, or UsageError."""

    def read(word: str) -> float:
        try:
            value = float(word)
        except ValueError:
            value = -1.0
        if not (value >= 0 and math.isfinite(value)):
            raise UsageError(f"{option} takes a number of 0 or more (not {quoted(word)}).")
        return value

    return read
