"""Recent sources, newest first, kept in the preferences."""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.lasting_text import lasting_text
from resnet_viz.sources.types import BuiltIn, Source

MAX_RECENT: Final = 12
_KEY: Final = "recent"
_MAX_LENGTH: Final = 4096
_LIST: Final[msgspec.json.Decoder[list[str]]] = msgspec.json.Decoder(list[str])


class RecentSources(QObject):
    """Recently opened sources, except default built-ins, which have a menu of their own.

    Signals:
        changed(): an entry has come or gone.
    """

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts of the sources, newest first; unusable entries in the preferences are dropped."""
        try:
            texts = _LIST.decode(self._preferences.text(_KEY))
        except msgspec.DecodeError:
            return ()
        usable = (text for text in texts if 0 < len(text) <= _MAX_LENGTH and text.isprintable())
        return tuple(dict.fromkeys(usable))[:MAX_RECENT]

    def add(self, source: Source) -> None:
        """Put a source first."""
        text = lasting_text(source)
        if (isinstance(source, BuiltIn) and not source.parameters) or self.texts[:1] == (text,):
            return
        self._keep((text, *(kept for kept in self.texts if kept != text)))

    def forget(self, text: str) -> None:
        """Remove an entry."""
        self._keep(tuple(kept for kept in self.texts if kept != text))

    def clear(self) -> None:
        """Remove all entries."""
        self._keep(())

    def _keep(self, texts: tuple[str, ...]) -> None:
        kept = msgspec.json.encode(texts[:MAX_RECENT]).decode()
        self._preferences.remember_text(_KEY, kept if texts else "")
        self.changed.emit()
