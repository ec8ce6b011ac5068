"""End of the program by a signal: exit code 128 + its number, one line, nothing left behind.

An exception raised by a signal's handler could come while Qt calls Python, which crashes, or be
swallowed. So the handler ends the process itself, after the actions registered for that case. It
comes before all other imports; that is why it imports next to nothing.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress

TYPE_CHECKING = False  # as type checkers know it

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Final

_LINES: Final = {
    "SIGINT": "Interrupted.",
    "SIGTERM": "Terminated.",
    "SIGHUP": "Its terminal has been closed.",
}
"""The signals by name, since not every system has all, each with its line for stderr."""
_STDERR: Final = 2
_actions: list[Callable[[], object]] = []


class OnInterruption:
    """Context in which ``action`` is run if the program is ended at once.

    Args:
        action: removes what must not stay behind; quick, and its OSErrors are ignored.
    """

    def __init__(self, action: Callable[[], object]) -> None:
        self._action = action

    def __enter__(self) -> None:
        _actions.append(self._action)

    def __exit__(self, *_: object) -> None:
        _actions.remove(self._action)


def ending_signals() -> tuple[signal.Signals, ...]:
    """Signals that end the program; those that its starter has it ignore, as nohup, are not."""
    known = (getattr(signal, name, None) for name in _LINES)
    return tuple(n for n in known if n is not None and signal.getsignal(n) is not signal.SIG_IGN)


def end_on_signals() -> None:
    """From now on end the program at once when a signal asks for it."""
    for number in ending_signals():
        signal.signal(number, _end)


def report_signal(number: int) -> None:
    """Write the signal's line to stderr, past Python's buffers, which may be in use just now."""
    write_line(_LINES[signal.Signals(number).name])


def write_line(sentence: str) -> None:
    """Write a line to stderr, if there is one."""
    with suppress(OSError):
        os.write(_STDERR, f"resnet-viz: {sentence}\n".encode())


def end_now(code: int) -> None:
    """Run the registered actions and end the process with this exit code, whatever it does."""
    _run_actions()
    os._exit(code)


def _run_actions() -> None:
    for action in reversed(_actions):
        with suppress(OSError):
            action()


def _end(number: int, _frame: FrameType | None) -> None:
    for other in ending_signals():
        signal.signal(other, signal.SIG_IGN)
    _run_actions()
    report_signal(number)
    os._exit(128 + number)
