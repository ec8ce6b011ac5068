"""Engine log: the last lines that the engine and the user's code in it wrote, with times."""

from __future__ import annotations

import re
from collections import deque
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
        added(LogLine): a line has come.
        cleared(): all are gone.
    """

    added = Signal(object)
    cleared = Signal()

    def __init__(self, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: deque[LogLine] = deque(maxlen=MOST_LINES)
        engine.logged.connect(self._line)

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """The lines, oldest first."""
        return tuple(self._lines)

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
        self.cleared.emit()

    def _line(self, text: str) -> None:
        # A bar of progress writes over its line again and again: the last state counts.
        last = text.rstrip("\r").rsplit("\r", 1)[-1]
        self._add(_ESCAPES.sub("", last), "line")

    def _add(self, text: str, kind: Kind) -> None:
        time = QTime.currentTime().toString("HH:mm:ss")
        line = LogLine(time, printable(text.expandtabs(4)).rstrip(), kind)
        self._lines.append(line)
        self.added.emit(line)
