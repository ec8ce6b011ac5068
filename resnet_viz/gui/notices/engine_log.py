"""Engine log: the last lines that the engine and the user's code in it wrote, with times."""

from __future__ import annotations

import re
from collections import deque
from itertools import islice
from typing import Final, Literal, TypeAlias

import msgspec
from PySide6.QtCore import QObject, QTime, Signal

from resnet_viz.engine_client.client import EngineClient
from resnet_viz.paint.printable import printable

Kind: TypeAlias = Literal["line", "note", "error"]
MOST_LINES: Final = 2000
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class LogLine(msgspec.Struct, frozen=True):
    """One line of the log: its time, and whether the engine wrote it or we did."""

    time: str
    text: str
    kind: Kind = "line"


class EngineLog(QObject):
    """Collects the lines, whether the Log tab is shown or not.

    Signals:
        added(): a line has come.
        cleared(): all are gone.
    """

    added = Signal()
    cleared = Signal()

    def __init__(self, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: deque[LogLine] = deque(maxlen=MOST_LINES)
        self._count = 0
        engine.logged.connect(self._line)

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """The lines, oldest first."""
        return tuple(self._lines)

    @property
    def count(self) -> int:
        """Number of lines that have come since the log was cleared."""
        return self._count

    def newest(self, count: int) -> tuple[LogLine, ...]:
        """The last lines, oldest first."""
        kept = min(count, len(self._lines))
        return tuple(islice(self._lines, len(self._lines) - kept, None))

    def text(self) -> str:
        """All lines as text, for the clipboard."""
        return "\n".join(f"{line.time}  {line.text}" for line in self._lines)

    def note(self, text: str, *, error: bool = False) -> None:
        """Add lines of our own."""
        for line in text.splitlines():
            self._add(line, "error" if error else "note")

    def clear(self) -> None:
        """Remove all lines."""
        self._lines.clear()
        self._count = 0
        self.cleared.emit()

    def _line(self, text: str) -> None:
        # A bar of progress writes over its line again and again: the last state counts.
        last = text.rstrip("\r").rsplit("\r", 1)[-1]
        self._add(_ESCAPES.sub("", last), "line")

    def _add(self, text: str, kind: Kind) -> None:
        time = QTime.currentTime().toString("HH:mm:ss")
        self._lines.append(LogLine(time, printable(text.expandtabs(4)).rstrip(), kind))
        self._count += 1
        self.added.emit()
