"""Base of the dialogs: a form, a message line and two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets.controls import HintButton, label, row, set_tone


class FormDialog(QDialog):
    """A small window-modal form; ``ok`` confirms, Esc cancels."""

    def __init__(self, parent: QWidget, title: str, confirm: str, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self.theme = theme
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(12)
        self._form.setColumnStretch(1, 1)
        self.message = label("", size=11.5, tone="text-3", wrap=True)
        self.message.setMinimumHeight(32)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.ok = HintButton(confirm)
        self.ok.setProperty("primary", "true")
        self.ok.setDefault(True)
        self.cancel = HintButton("Cancel")
        for button in (self.ok, self.cancel):
            tone = "on-accent" if button is self.ok else "text"
            button.set_colors(text=tone, glyph=theme["text-2"])
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(label(title, size=16, weight=700))
        layout.addLayout(self._form)
        layout.addWidget(self.message)
        layout.addStretch(1)
        layout.addLayout(row(1, self.cancel, self.ok))

    def add_row(self, name: str, field: QWidget) -> None:
        """Add a named field."""
        line = self._form.rowCount()
        self._form.addWidget(label(name, tone="text-2"), line, 0)
        stretched = field.sizePolicy().horizontalPolicy() != field.sizePolicy().Policy.Maximum
        side = Qt.AlignmentFlag(0) if stretched else Qt.AlignmentFlag.AlignLeft
        self._form.addWidget(field, line, 1, side)

    def set_row_visible(self, field: QWidget, *, visible: bool) -> None:
        """Show or hide a field with its name."""
        line = self._form.getItemPosition(self._form.indexOf(field))[0]  # type: ignore[index]
        for column in (0, 1):
            item = self._form.itemAtPosition(line, column)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.setVisible(visible)

    def show_message(self, text: str, *, error: bool = False) -> None:
        """Show a sentence under the form; an error disables ``ok``."""
        self.message.setText(text)
        set_tone(self.message, "error" if error else "text-3")
        self.ok.setEnabled(not error)
