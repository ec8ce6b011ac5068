"""Header of a side panel, 32 px high: title on the left, note and buttons on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from resnet_viz.gui.widgets.controls import label, row


class PanelHeader(QWidget):
    """Title and note of a panel."""

    def __init__(self, title: str, *extra: QWidget) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(32)
        self._note = label("", size=11, tone="text-3", tabular=True)
        layout = row(label(title, weight=600), 1, self._note, *extra)
        layout.setContentsMargins(12, 0, 12, 1)
        self.setLayout(layout)

    def set_note(self, text: str) -> None:
        """Set the text on the right."""
        self._note.setText(text)

    def note(self) -> str:
        """The text on the right."""
        return self._note.text()
