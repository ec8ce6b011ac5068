"""Saved views in the window: saving and opening them, and the one that the next start restores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.errors import AppError
from resnet_viz.files import atomic_write
from resnet_viz.gui.exporting.exporter import file_stem
from resnet_viz.gui.session import Session
from resnet_viz.gui.targets import existing_targets
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.layout.view import View
from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.parse import VIEW_SUFFIX, parse_source
from resnet_viz.sources.types import Application, BuiltIn, ModelFile, Source, base_of
from resnet_viz.views.saved_view import (
    SavedView,
    decode_view,
    encode_view,
    read_view,
    saved_view,
)

_SAVE_AFTER_MS: Final = 1_000


class SavedViews(QObject):
    """Saves what is shown: to a file when asked to, and for the next start a second after a change.

    Args:
        session: what is shown.
        preferences: keep the last view.
        prompter: asks for files.
        open_source: opens a source in a view.
        tell: shows an error, or a sentence about what has been done.
        window: owner of the dialogs.
    """

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        prompter: Prompter,
        *,
        open_source: Callable[[Source, View], None],
        tell: Callable[[AppError | str], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._preferences = preferences
        self._prompter = prompter
        self._open_source = open_source
        self._tell = tell
        self._window = window
        self._awaited: tuple[Source, tuple[Target, ...]] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.keep_last)
        for signal in (session.document_changed, session.view_changed, session.selection_changed):
            signal.connect(self._timer.start)
        session.document_changed.connect(self._select_awaited)
        self._timer.start()

    # -- files ----------------------------------------------------------------------------------

    def ask_to_save(self) -> None:
        """Ask where to save the view."""
        document = self._session.document
        if document is not None:
            name = f"{file_stem(document.title)}{VIEW_SUFFIX}"
            path = Path(self._preferences.folder("view")) / name
            self._prompter.ask_view_target(self._window, str(path), self._save)

    def _save(self, answer: str) -> None:
        saved = self._current()
        path = Path(answer)
        if saved is None:
            return
        try:
            with atomic_write(path) as file:
                file.write(encode_view(saved))
        except AppError as error:
            self._tell(error)
            return
        self._preferences.remember_folder("view", str(path.parent.absolute()))
        self._tell(f"Saved {path.name}")

    def open_file(self, path: str) -> None:
        """Open the model of a saved view as it was saved."""
        try:
            saved = read_view(Path(path))
            source = parse_source(saved.source)
        except AppError as error:
            self._tell(error)
            return
        self.show(saved, source)

    def show(self, saved: SavedView, source: Source) -> None:
        """Open a source in a saved view, and select what was selected."""
        self._awaited = (source, saved.selection)
        self._open_source(source, saved.view)

    # -- the last view ---------------------------------------------------------------------------

    def keep_last(self) -> None:
        """Keep what is shown for the next start."""
        saved = self._current()
        if saved is not None:
            self._preferences.last_view = encode_view(saved).decode()

    def _current(self) -> SavedView | None:
        session = self._session
        if session.document is None:
            return None
        return saved_view(session.document.source, session.view, session.selection)

    def _select_awaited(self) -> None:
        awaited, document = self._awaited, self._session.document
        if awaited is None or document is None or document.source != awaited[0]:
            return
        self._awaited = None
        picture = self._session.picture
        if picture is not None:
            self._session.select(existing_targets(document, picture, awaited[1]))


def restorable(last: str) -> tuple[SavedView, Source] | None:
    """The last view, if it can be opened without running code; None if not, or if it is damaged."""
    try:
        saved = decode_view(last.encode(), where="the last view")
        source = parse_source(saved.source)
    except AppError:
        return None
    base = base_of(source)
    if isinstance(base, ModelFile):
        return (saved, source) if Path(base.path).is_file() else None
    return (saved, source) if isinstance(base, BuiltIn | Application) else None
