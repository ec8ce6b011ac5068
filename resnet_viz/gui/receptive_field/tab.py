"""Field tab: the receptive field of the selected call's output over the input, to scale."""

from __future__ import annotations

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
from resnet_viz.gui.receptive_field.geometry import FieldGeometry, field_facts, field_geometry
from resnet_viz.gui.receptive_field.grid import PositionGrid
from resnet_viz.gui.receptive_field.image import is_picture, read_picture
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import HintButton, label, row, set_tone
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.paint.printable import printable
from resnet_viz.services.preferences import Preferences
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.typing_compat import override

NOTHING: Final = "Select a block or layer to see which part of the input it sees."
_MOST_FACTS: Final = 8
_HINT: Final = "drag the field, or drop a picture"


class FieldTab(TabWidget):
    """Grid of output positions, the input with the field, and the facts as text."""

    def __init__(self, session: Session, preferences: Preferences, prompter: Prompter) -> None:
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._prompter = prompter
        self._worker: Worker | None = None
        self.field: FieldGeometry | None = None
        self.position: tuple[int, ...] = ()
        self.grid = PositionGrid(session.theme)
        self.frame = FieldFrame(session.theme)
        self.nothing = label(NOTHING, tone="text-3", wrap=True)
        self.title = label("", size=12, weight=600)
        self._facts = [(label("", size=11, tone="text-3"), label("", size=11, tabular=True,
                        selectable=True, wrap=True)) for _ in range(_MOST_FACTS)]  # fmt: skip
        self._arrow = QLabel()
        self.open = HintButton("Open picture…")
        self.sample = HintButton("Sample picture")
        self._content = QWidget()
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
        picture = QHBoxLayout(self._content)
        picture.setContentsMargins(12, 6, 12, 6)
        picture.setSpacing(8)
        picture.addWidget(self.grid)
        picture.addWidget(self._arrow)
        picture.addWidget(self.frame, 1)
        picture.addSpacing(8)
        picture.addLayout(self._texts(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.nothing)
        layout.addWidget(self._content, 1)

    def _texts(self) -> QVBoxLayout:
        lines = QGridLayout()
        lines.setHorizontalSpacing(10)
        lines.setVerticalSpacing(1)
        lines.setColumnStretch(1, 1)
        for index, (name, text) in enumerate(self._facts):
            lines.addWidget(name, index, 0, Qt.AlignmentFlag.AlignTop)
            lines.addWidget(text, index, 1)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addLayout(row(self.title, 1, self.sample, self.open, spacing=12))
        texts.addLayout(lines)
        texts.addStretch(1)
        return texts

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
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    # -- tab of the dock ------------------------------------------------------------------------

    @property
    @override
    def hint(self) -> str:
        return _HINT if self.field is not None else ""

    @override
    def focus_widget(self) -> QWidget:
        return self.frame if self.field is not None else self

    def text(self) -> str:
        """All facts as text, for screen readers."""
        if self.field is None:
            return self.nothing.text()
        return "\n".join(
            f"{name.text()} {text.text()}".strip()
            for name, text in self._facts
            if not text.isHidden()
        )

    # -- following the selection -----------------------------------------------------------------

    def _follow(self) -> None:
        document, selected = self._session.document, self._session.selection
        call = None
        if document is not None and selected:
            call = leaving_call(document, self._session.picture, selected[-1])
        if document is None or call is None:
            self._show_reason(NOTHING)
            return
        geometry = field_geometry(document, call)
        if isinstance(geometry, str):
            self._show_reason(f"{call}: {geometry}")
            return
        if self.field is None or self.field.grid != geometry.grid:
            self.position = geometry.middle
        self.field = geometry
        self.title.setText(printable(call))
        self.nothing.hide()
        self._content.show()
        self._show()
        self.hint_changed.emit()

    def _show_reason(self, sentence: str) -> None:
        self.field = None
        self.nothing.setText(sentence)
        self.nothing.show()
        self._content.hide()
        self.hint_changed.emit()

    def _show(self) -> None:
        geometry = self.field
        if geometry is None:
            return
        token = self._token(geometry.call)
        self.frame.show_field(geometry, self.position, token)
        self.grid.show_position(geometry.grid, self.position, token)
        facts = field_facts(geometry, self.position)
        for index, labels in enumerate(self._facts):
            fact = facts[index] if index < len(facts) else None
            for widget, text in zip(labels, fact or ("", ""), strict=True):
                widget.setVisible(fact is not None)
                widget.setText(text)
        set_tone(self._facts[1][1], "text-2" if geometry.exceeds_input else "text")
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

    def _move_in_plane(self, cell: tuple[int, int]) -> None:
        axes = len(self.position)
        self._move(cell[-1:] if axes == 1 else (*self.position[:-2], *cell))

    # -- pictures --------------------------------------------------------------------------------

    def show_sample(self) -> None:
        """Show the bundled picture."""
        self.frame.set_picture(QPixmap(str(asset("pictures/sample.png"))))
        self.sample.hide()

    def open_picture(self, path: str) -> None:
        """Read a picture in the background, then show it."""
        self._preferences.remember_folder("picture", str(Path(path).parent))
        if self._worker is None:
            self._worker = Worker("picture", self)
            self._worker.ended.connect(self._read)
        self._worker.submit(lambda: read_picture(path))

    def _ask(self) -> None:
        self._prompter.ask_image(self, self._preferences.folder("picture"), self.open_picture)

    def _read(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.failed.emit(outcome.error)
            return
        self.frame.set_picture(QPixmap.fromImage(outcome.value))
        self.sample.show()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept pictures; leave other files to the window."""
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
