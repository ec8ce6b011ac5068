"""Dialog of Open Source…: every source of the command line, completed while typing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.errors import AppError
from resnet_viz.gui.opening.source_completion import completions
from resnet_viz.gui.widgets.fields.completion import Completion
from resnet_viz.gui.widgets.form_dialog import FormDialog
from resnet_viz.paint.fonts import font
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import (
    Application,
    BuiltIn,
    Counterpart,
    PastFile,
    PythonFunction,
    Source,
    base_of,
)

_HELP: Final = (
    "A built-in (resnet34?classes=10), a model of keras.applications (keras:EfficientNetB0), "
    "a file (.keras, .h5, .json), or a function that returns a model (module:function, "
    "file.py:function). With “ - shortcuts” or the name of a block after it, it is opened without."
)
_RUNS: Final = "Runs this function in the engine; you are asked first."


class SourceDialog(FormDialog):
    """Asks for a source text.

    Signals:
        chosen(Source): a valid one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget, *, theme: Theme, recent: tuple[str, ...]) -> None:
        super().__init__(parent, "Open source", "Open", theme)
        self.setMinimumWidth(560)
        self._recent = recent
        self.field = QLineEdit()
        self.field.setFont(font(12))
        self.field.setPlaceholderText("keras:ResNet50?input=160x160x3")
        self.field.setAccessibleName("Source")
        self.field.setAccessibleDescription(_HELP)
        self.completer = Completion(self.field, theme)
        self.add_row("Source", self.field)
        self.field.textEdited.connect(self._offer)
        self.field.textChanged.connect(self._check)
        self.field.returnPressed.connect(self._enter)
        self.completer.activated.connect(self._take)
        self.ok.clicked.connect(self._go)
        self._offer("")
        self._check("")
        self.field.setFocus()

    @property
    def offers(self) -> tuple[str, ...]:
        """Completions listed under the field now."""
        return self.completer.offers

    def _offer(self, text: str) -> None:
        self.completer.offer(completions(text, self._recent))

    def _take(self, text: str) -> None:
        self._offer(text)  # a folder, a parameter or a Python file goes on

    def _check(self, text: str) -> None:
        if not text.strip():
            self.show_message(_HELP)
            self.ok.setEnabled(False)
            return
        try:
            source = parse_source(text)
        except AppError as error:
            self.show_message(error.message, error=True)
            return
        self.show_message(_words(source))

    def _enter(self) -> None:
        """Open what was typed while its completions are listed; else the default button does."""
        if self.completer.is_listing and not self.completer.has_choice and self.ok.isEnabled():
            self._go()

    def _go(self) -> None:
        self.chosen.emit(parse_source(self.field.text()))
        self.accept()


def _words(source: Source) -> str:
    """Describe a source in words."""
    if isinstance(base_of(source), PythonFunction):
        return _RUNS
    if isinstance(source, Application):
        return f"{source_title(source)} of keras.applications, without weights."
    if isinstance(source, PastFile):
        return f"The file {source.now} as it was in the git revision {source.revision}."
    if isinstance(source, BuiltIn | Counterpart):
        return f"{source_title(source)}."
    return f"The file {source}."
