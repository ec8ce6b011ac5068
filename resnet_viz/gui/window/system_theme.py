"""Light or dark theme: the user's choice, else the system's colour scheme, followed live."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from resnet_viz.drawing.themes import DARK, LIGHT, Theme
from resnet_viz.gui.session import Session
from resnet_viz.services.preferences import Preferences


def start_theme(preferences: Preferences) -> Theme:
    """Theme chosen by the user, else the system's."""
    if preferences.theme is not None:
        return DARK if preferences.theme == "dark" else LIGHT
    return DARK if _scheme() == Qt.ColorScheme.Dark else LIGHT


def _scheme() -> Qt.ColorScheme:
    return QGuiApplication.styleHints().colorScheme()


class SystemTheme(QObject):
    """Follows the system's colour scheme until the user chooses a theme."""

    def __init__(self, session: Session, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._preferences = preferences
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.follow)

    def follow(self) -> None:
        """Use the system's current colour scheme."""
        if self._preferences.theme is None:
            self._session.set_theme(start_theme(self._preferences))
