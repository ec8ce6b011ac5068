"""Search over the outline: field, completions, earlier searches and the current match."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.background_jobs import BackgroundJobs
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.fields.completion import Completion
from resnet_viz.gui.widgets.fields.search_field import SearchField
from resnet_viz.gui.widgets.icons import icon_pixmap
from resnet_viz.paint.fonts import font
from resnet_viz.search.completion import search_completions
from resnet_viz.services.preferences import Preferences

HELP: Final = (
    "Words, and terms that combine: type:Conv2D shape:28x28x128 params>1e6 kind:projection "
    "stage:conv4_x kernel:3 unknown:macs; a minus before a term means without it.\n"
    "Enter goes to the next match, Shift+Enter to the one before, Ctrl+Enter selects all."
)
_KEY: Final = "search.recent"
_MOST_KEPT: Final = 20


class LayerSearch(QWidget):
    """The field, and the walk through the matches of the session.

    Signals:
        picked(object): go to a match, or select all of them: a tuple of Targets.
    """

    picked = Signal(object)

    def __init__(self, session: Session, preferences: Preferences) -> None:
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._at: int | None = None
        self._is_searching = False
        self._steps = 0
        self._jobs = BackgroundJobs("completions", self)
        self.field = SearchField()
        self._lens = label("")
        self._note = label("Ctrl+F", size=11, tone="text-3")
        self._completion: Completion | None = None
        self._build()
        self.field.textEdited.connect(self._offer)
        self.field.textChanged.connect(self._show_note)
        self.field.stepped.connect(self.step)
        self.field.all_wanted.connect(self.select_all)

    def _build(self) -> None:
        self.field.setPlaceholderText("Search layers")
        self.field.setAccessibleName("Search layers")
        self.field.setAccessibleDescription(HELP)
        self.field.setToolTip(HELP)
        self.field.setFont(font(12))
        self.field.setTextMargins(20, 0, 60, 0)
        inside = row(self._lens, 1, self._note)
        inside.setContentsMargins(9, 0, 8, 1)
        self.field.setLayout(inside)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self.field)

    @property
    def note(self) -> str:
        """Text at the end of the field: the key, the number of matches, or "3 of 16"."""
        return self._note.text()

    @property
    def completion(self) -> Completion:
        """The list under the field, made when somebody types."""
        if self._completion is None:
            self._completion = Completion(self.field, self._session.theme)
            self._completion.activated.connect(self._offer)
        return self._completion

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        lens = icon_pixmap("search", theme["text-3"], 14, self.devicePixelRatioF())
        self._lens.setPixmap(lens)
        if self._completion is not None:
            self._completion.set_theme(theme)

    def stop(self) -> None:
        """End the worker thread; the program ends."""
        self._jobs.stop()

    # -- matches -------------------------------------------------------------------------------

    def begin(self) -> None:
        """Note that a search runs; Enter goes to a match once it has ended."""
        self._is_searching, self._steps = True, 0

    def end(self, matches: tuple[Target, ...]) -> None:
        """Take the matches of the search that has ended."""
        steps, self._is_searching, self._steps = self._steps, False, 0
        self._at = None
        self._session.set_matches(matches)
        self._show_note()
        if steps:
            self.step(steps)

    def step(self, by: int) -> None:
        """Go to the next match (1) or the one before (-1), round and round."""
        if self._is_searching:
            self._steps = by
            return
        matches = self._session.matches
        self._remember()
        if matches:
            start = -1 if by > 0 else 0
            self._at = ((start if self._at is None else self._at) + by) % len(matches)
            self._show_note()
            self.picked.emit((matches[self._at],))

    def select_all(self) -> None:
        """Select all matches."""
        self._remember()
        if self._session.matches:
            self.picked.emit(self._session.matches)

    def _show_note(self) -> None:
        count = len(self._session.matches)
        if not self.field.text():
            self._note.setText("Ctrl+F")
        elif self._at is None:
            self._note.setText(f"{count:,}" if count else "")
        else:
            self._note.setText(f"{self._at + 1:,} of {count:,}")

    # -- completions -----------------------------------------------------------------------------

    @property
    def recent(self) -> tuple[str, ...]:
        """Earlier searches, newest first."""
        return tuple(filter(None, self._preferences.text(_KEY).split("\n")))

    def _remember(self) -> None:
        text = self.field.text().strip()
        if text and self._session.matches:
            kept = dict.fromkeys((text, *self.recent))
            self._preferences.remember_text(_KEY, "\n".join(list(kept)[:_MOST_KEPT]))

    def _offer(self, text: str) -> None:
        document = self._session.document
        size = 0 if document is None else len(document.graph.calls)
        job = partial(search_completions, document, text, self.recent)
        self._jobs.run("completions", job, self._list, size=size)

    def _list(self, offers: tuple[str, ...]) -> None:
        self.completion.offer(offers)
        if offers and self.field.hasFocus():
            self.completion.setCompletionPrefix(self.field.text())
            self.completion.complete()
