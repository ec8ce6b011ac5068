"""The sources opened last, newest first, kept in the settings."""

from __future__ import annotations

import os
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.types import BuiltIn, ModelFile, PythonFunction, Source

MOST: Final = 12
_KEY: Final = "recent"
_LONGEST: Final = 4096
_LIST: Final[msgspec.json.Decoder[list[str]]] = msgspec.json.Decoder(list[str])


def lasting_text(source: Source) -> str:
    """A source's text that means the same from every working folder."""
    if isinstance(source, ModelFile):
        return os.path.abspath(source.path)  # noqa: PTH100 - Path.resolve would follow links
    if isinstance(source, PythonFunction) and source.is_file:
        return f"{os.path.abspath(source.location)}:{source.function}"  # noqa: PTH100
    return str(source)


def file_of(source: Source) -> str:
    """The file that a source is read from; "" if it is no file's."""
    if isinstance(source, ModelFile):
        return source.path
    if isinstance(source, PythonFunction) and source.is_file:
        return source.location
    return ""


class RecentSources(QObject):
    """What was opened, but for the built-ins as they are: these have their own menu.

    Signals:
        changed(): an entry has come or gone.
    """

    changed = Signal()

    def __init__(self, settings: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def texts(self) -> tuple[str, ...]:
        """The sources' texts, newest first; what the settings hold may be anything."""
        try:
            found = _LIST.decode(self._settings.text(_KEY))
        except msgspec.DecodeError:
            return ()
        sound = (each for each in found if 0 < len(each) <= _LONGEST and each.isprintable())
        return tuple(dict.fromkeys(sound))[:MOST]

    def add(self, source: Source) -> None:
        """Put a source at the front."""
        text = lasting_text(source)
        if (isinstance(source, BuiltIn) and not source.parameters) or self.texts[:1] == (text,):
            return
        self._keep((text, *(each for each in self.texts if each != text)))

    def forget(self, text: str) -> None:
        """Take an entry out."""
        self._keep(tuple(each for each in self.texts if each != text))

    def clear(self) -> None:
        """Take out all."""
        self._keep(())

    def _keep(self, texts: tuple[str, ...]) -> None:
        kept = msgspec.json.encode(texts[:MOST]).decode()
        self._settings.remember_text(_KEY, kept if texts else "")
        self.changed.emit()
