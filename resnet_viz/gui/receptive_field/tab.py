"""The Field tab: which part of the input the selected call's output sees, drawn to scale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from resnet_viz.assets import path as asset
from resnet_viz.drawing.themes import stage_token
from resnet_viz.gui.diagram.selection import leaving_call
from resnet_viz.gui.dock.dock import TabWidget
from resnet_viz.gui.receptive_field.frame import FieldFrame
from resnet_viz.gui.receptive_field.geometry import FieldView, field_view, sentences
from resnet_viz.gui.receptive_field.grid import PositionGrid
from resnet_viz.gui.receptive_field.image import is_picture, read_picture
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import HintButton, label, row, set_tone
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.services.preferences import Preferences
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.typing_compat import override

NOTHING: Final = "Select a block or layer to see which part of the input it sees."
_LINES: Final = 8
_HINT: Final = "drag the field, or drop a picture"


class FieldTab(TabWidget):
    """Output positions on the left, the input in the middle, words on the right."""

    def __init__(
        self,
        session: Session,
        settings: Preferences,
        prompter: Prompter,
        tell: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._prompter = prompter
        self._tell = tell
        self._worker: Worker | None = None
        self.view: FieldView | None = None
        self.position: tuple[int, ...] = ()
        self.grid = PositionGrid(session.theme)
        self.frame = FieldFrame(session.theme)
        self.nothing = label(NOTHING, tone="text-3", wrap=True)
        self.title = label("", size=12, weight=600)
        self._lines = [(label("", size=11, tone="text-3"), label("", size=11, tabular=True,
                        selectable=True, wrap=True)) for _ in range(_LINES)]  # fmt: skip
        self._arrow = QLabel()
        self.open = HintButton("Open picture…")
        self.sample = HintButton("Sample picture")
        self._shown = QWidget()
        self._build()
        self._connect()
        self.show_sample()
        self.set_theme()
        self._follow()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self.nothing.setContentsMargins(14, 10, 14, 0)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.sample.hide()
        for button in (self.open, self.sample):
            button.setProperty("quiet", "true")
        picture = QHBoxLayout(self._shown)
        picture.setContentsMargins(12, 6, 12, 6)
        picture.setSpacing(8)
        picture.addWidget(self.grid)
        picture.addWidget(self._arrow)
        picture.addWidget(self.frame, 1)
        picture.addSpacing(8)
        picture.addLayout(self._words(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.nothing)
        layout.addWidget(self._shown, 1)

    def _words(self) -> QVBoxLayout:
        lines = QGridLayout()
        lines.setHorizontalSpacing(10)
        lines.setVerticalSpacing(1)
        lines.setColumnStretch(1, 1)
        for place, (name, text) in enumerate(self._lines):
            lines.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            lines.addWidget(text, place, 1)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addLayout(row(self.title, 1, self.sample, self.open, spacing=12))
        words.addLayout(lines)
        words.addStretch(1)
        return words

    def _connect(self) -> None:
        session = self._session
        self.frame.moved.connect(self._move)
        self.grid.moved.connect(self._move_in_plane)
        self.open.clicked.connect(self._ask)
        self.sample.clicked.connect(self.show_sample)
        session.selection_changed.connect(self._follow)
        session.document_changed.connect(self._follow)
        session.theme_changed.connect(self.set_theme)

    def set_theme(self) -> None:
        """Use the session's theme."""
        theme = self._session.theme
        self.grid.set_theme(theme)
        self.frame.set_theme(theme)
        for button in (self.open, self.sample):
            button.set_colors(text="text-2", glyph=theme["text-2"])
        arrow = icon("arrow-right", theme["text-3"], 14)
        self._arrow.setPixmap(arrow.pixmap(QSize(14, 14), self.devicePixelRatioF()))

    @override
    def stop(self) -> None:
        """End the thread that reads pictures."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    # -- what the dock asks ----------------------------------------------------------------------

    @property
    @override
    def hint(self) -> str:
        """What can be done here."""
        return _HINT if self.view is not None else ""

    @override
    def focus_widget(self) -> QWidget:
        """What F6 gives the focus to."""
        return self.frame if self.view is not None else self

    def text(self) -> str:
        """Everything that is said, for tests and screen readers."""
        if self.view is None:
            return self.nothing.text()
        return "\n".join(
            f"{name.text()} {text.text()}".strip()
            for name, text in self._lines
            if not text.isHidden()
        )

    # -- following the selection -----------------------------------------------------------------

    def _follow(self) -> None:
        document, selected = self._session.document, self._session.selection
        call = None
        if document is not None and selected:
            call = leaving_call(document, self._session.picture, selected[-1])
        if document is None or call is None:
            self._say_nothing(NOTHING)
            return
        found = field_view(document, call)
        if isinstance(found, str):
            self._say_nothing(f"{call}: {found}")
            return
        if self.view is None or self.view.grid != found.grid:
            self.position = found.middle
        self.view = found
        self.title.setText(call)
        self.nothing.hide()
        self._shown.show()
        self._show()
        self.hint_changed.emit()

    def _say_nothing(self, sentence: str) -> None:
        self.view = None
        self.nothing.setText(sentence)
        self.nothing.show()
        self._shown.hide()
        self.hint_changed.emit()

    def _show(self) -> None:
        view = self.view
        if view is None:
            return
        token = self._token(view.call)
        self.frame.show_field(view, self.position, token)
        self.grid.show_position(view.grid, self.position, token)
        said = sentences(view, self.position)
        for place, (name, text) in enumerate(self._lines):
            is_shown = place < len(said)
            name.setVisible(is_shown)
            text.setVisible(is_shown)
            if is_shown:
                name.setText(said[place][0])
                text.setText(said[place][1])
        set_tone(self._lines[1][1], "text-2" if view.exceeds else "text")
        self.frame.setAccessibleDescription(self.text())

    def _token(self, call: str) -> str:
        document = self._session.document
        stage = None if document is None else document.structure.enclosing_group(call, "stage")
        if document is None or stage not in document.structure.stages or stage is None:
            return "head"
        kind = document.structure.by_id[stage].kind
        return stage_token(document.structure.stages.index(stage), head=kind == "head")

    def _move(self, position: tuple[int, ...]) -> None:
        self.position = position
        self._show()

    def _move_in_plane(self, place: tuple[int, int]) -> None:
        axes = len(self.position)
        self._move(place[-1:] if axes == 1 else (*self.position[:-2], *place))

    # -- pictures --------------------------------------------------------------------------------

    def show_sample(self) -> None:
        """Show the bundled picture."""
        self.frame.set_picture(QPixmap(str(asset("pictures/sample.png"))))
        self.sample.hide()

    def open_picture(self, path: str) -> None:
        """Read a picture; it is shown when it has been read."""
        self._settings.remember_folder("picture", str(Path(path).parent))
        if self._worker is None:
            self._worker = Worker("picture", self)
            self._worker.ended.connect(self._read)
        self._worker.submit(lambda: read_picture(path))

    def _ask(self) -> None:
        self._prompter.ask_image(self, self._settings.folder("picture"), self.open_picture)

    def _read(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._tell(outcome.error)
            return
        self.frame.set_picture(QPixmap.fromImage(outcome.value))
        self.sample.show()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes pictures; other files are the window's."""
        if _picture_in(event):
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = _picture_in(event)
        if path:
            event.acceptProposedAction()
            self.open_picture(path)
        else:
            event.ignore()


def _picture_in(event: QDropEvent) -> str:
    urls = event.mimeData().urls()
    path = urls[0].toLocalFile() if urls else ""
    return path if path and is_picture(path) else ""
