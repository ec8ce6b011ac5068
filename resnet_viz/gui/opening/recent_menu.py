"""Menu File → Open Recent; sources whose file is missing are shown disabled."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from resnet_viz.errors import AppError
from resnet_viz.gui.opening.recent import RecentSources
from resnet_viz.paint.printable import tip_html
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import Source, file_of

_MAX_LENGTH: Final = 64


def short_text(text: str) -> str:
    """Path as shown in the menu: the home folder as "~", long paths elided in the middle."""
    home = str(Path.home())
    short = f"~{text[len(home) :]}" if text.startswith(home + "/") else text
    if len(short) <= _MAX_LENGTH:
        return short
    half = (_MAX_LENGTH - 1) // 2
    return f"{short[:half]}…{short[-half:]}"


def is_missing(source: Source) -> bool:
    """Return whether the file of a source is missing."""
    path = file_of(source)
    try:
        return bool(path) and not Path(path).exists()
    except (OSError, ValueError):
        return True


class RecentMenu(QObject):
    """Fills the menu each time it opens.

    Signals:
        chosen(Source): an entry was chosen.
    """

    chosen = Signal(object)

    def __init__(
        self, recent: RecentSources, file_menu: QMenu, before: QAction, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._recent = recent
        self.menu = QMenu("Open Recent", file_menu)
        self.menu.setObjectName("menu.recent")
        self.menu.setToolTipsVisible(True)
        file_menu.insertMenu(before, self.menu)
        self.menu.aboutToShow.connect(self.fill)
        recent.changed.connect(self._enable)
        self._enable()

    def fill(self) -> None:
        """List the recent sources, and disable those whose file is missing."""
        self.menu.clear()
        for text in self._recent.texts:
            try:
                source = parse_source(text)
            except AppError:  # written by another version, or by hand
                continue
            missing = is_missing(source)
            action = self.menu.addAction(short_text(text).replace("&", "&&"))
            action.setToolTip(tip_html(f"{text} is missing" if missing else text))
            if missing:
                action.setText(f"{action.text()} – missing")
                action.setEnabled(False)
            action.triggered.connect(lambda _=False, chosen=source: self.chosen.emit(chosen))
        self.menu.addSeparator()
        self.menu.addAction("Clear List", self._recent.clear)

    def _enable(self) -> None:
        self.menu.menuAction().setEnabled(bool(self._recent.texts))
