"""Page in place of the canvas while no model is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import HintButton, label, row

_TEXT = "No model open. Choose one above, or drop a .keras file here."


class EmptyPage(QWidget):
    """One sentence and two buttons; nothing while the first model is being opened.

    Signals:
        command(str): id of a command.
    """

    command = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._text = label(_TEXT, tone="text-2")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.open = HintButton("Open…")
        self.resnet = HintButton("ResNet-34")
        self.open.clicked.connect(lambda: self.command.emit("file.open"))
        self.resnet.clicked.connect(lambda: self.command.emit("model.open.resnet34"))
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self._text)
        layout.addSpacing(4)
        layout.addLayout(row(1, self.open, self.resnet, 1))
        layout.addStretch(1)
        session.theme_changed.connect(self._set_theme)
        self._set_theme()
        self.set_waiting(waiting=True)

    def set_waiting(self, *, waiting: bool) -> None:
        """Hide everything while a model is being opened."""
        for widget in (self._text, self.open, self.resnet):
            widget.setVisible(not waiting)

    def _set_theme(self) -> None:
        for button in (self.open, self.resnet):
            button.set_colors(text="text", glyph=self._session.theme["text-2"])
