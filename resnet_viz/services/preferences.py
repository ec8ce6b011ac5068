"""Preferences of the window, kept between runs; a corrupt or foreign value counts as unset."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSettings

_THEMES: Final = ("light", "dark")


class Preferences:
    """Typed access to one QSettings store. Nothing in the file can make reading it fail."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    @property
    def theme(self) -> str | None:
        """Name of the chosen theme, "light" or "dark"; None if none has been chosen."""
        value = self._store.value("window/theme")
        return value if isinstance(value, str) and value in _THEMES else None

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("window/theme", name)

    @property
    def animate(self) -> bool:
        """True if changes of the picture are animated, which is the default."""
        return self._flag("window/animate")

    @animate.setter
    def animate(self, on: bool) -> None:
        self._store.setValue("window/animate", "true" if on else "false")

    @property
    def geometry(self) -> QByteArray | None:
        """The window's geometry as saved by Qt; None if none is saved."""
        value = self._store.value("window/geometry")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def panes(self) -> QByteArray | None:
        """Sizes of the window's panes as saved by Qt; None if none are saved."""
        value = self._store.value("window/panes")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    @panes.setter
    def panes(self, value: QByteArray) -> None:
        self._store.setValue("window/panes", value)

    @property
    def last_view(self) -> str:
        """Saved view of what the window showed last; "" if it has shown nothing yet."""
        return self.text("last_view")

    @last_view.setter
    def last_view(self, saved: str) -> None:
        self.remember_text("last_view", saved)
        self.sync()

    def panel_shown(self, name: str) -> bool:
        """True if the panel ("outline", "inspector", ...) is shown, which is the default."""
        return self._flag(f"panels/{name}")

    def remember_panel(self, name: str, *, shown: bool) -> None:
        """Save whether the panel is shown."""
        self._store.setValue(f"panels/{name}", "true" if shown else "false")

    def folder(self, purpose: str) -> str:
        """Folder last used for ``purpose`` ("open", "export"); home if it is gone."""
        value = self._store.value(f"folders/{purpose}")
        if isinstance(value, str) and _is_folder(value):
            return value
        return str(Path.home())

    def remember_folder(self, purpose: str, folder: str) -> None:
        """Save the folder last used for ``purpose``."""
        self._store.setValue(f"folders/{purpose}", folder)

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """The one of ``allowed`` saved under ``key``; the first of them if none is."""
        value = self._store.value(f"choices/{key}")
        return value if isinstance(value, str) and value in allowed else allowed[0]

    def remember_choice(self, key: str, value: str) -> None:
        """Save a choice."""
        self._store.setValue(f"choices/{key}", value)

    def text(self, key: str) -> str:
        """Text saved under ``key``; "" if there is none."""
        value = self._store.value(f"texts/{key}")
        return value if isinstance(value, str) else ""

    def remember_text(self, key: str, value: str) -> None:
        """Save a text."""
        self._store.setValue(f"texts/{key}", value)

    def sync(self) -> None:
        """Write changes to the file now."""
        self._store.sync()

    def _flag(self, key: str) -> bool:
        return self._store.value(key) not in ("false", False)


def _is_folder(text: str) -> bool:
    try:
        return bool(text) and Path(text).is_dir()
    except (OSError, ValueError):  # not a valid name of a file
        return False


def user_preferences() -> Preferences:
    """Preferences in the user's configuration folder, as a plain INI file."""
    store = QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, "resnet-viz", "resnet-viz"
    )
    return Preferences(store)
