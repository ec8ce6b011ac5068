"""Dialog of Variant…: a built-in architecture with other parameters, checked while typing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.errors import AppError
from resnet_viz.gui.widgets.controls import HintButton, Segments
from resnet_viz.gui.widgets.form_dialog import FormDialog
from resnet_viz.paint.fonts import font
from resnet_viz.sources.buildable import is_default
from resnet_viz.sources.catalog import BUILTIN_NAMES, find_architecture, parse_builtin
from resnet_viz.sources.parameters import Parameter
from resnet_viz.sources.types import BuiltIn

_NAMES = {
    "input": "Input H×W×C",
    "classes": "Classes",
    "shortcut": "Shortcut option",
    "stride_on": "Stride on",
}


class VariantDialog(FormDialog):
    """Asks for an architecture and its parameters.

    Signals:
        chosen(BuiltIn): a valid source.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget, *, theme: Theme, current: BuiltIn) -> None:
        super().__init__(parent, "Variant", "Build", theme)
        self._name = current.name
        self._given = dict(current.parameters)
        self._fields: dict[str, QLineEdit | Segments] = {}
        self._defaults: dict[str, str] = {}  # of the architecture shown last that has each
        self.architecture = HintButton("", tail="chevron-down")
        self.architecture.set_colors(text="text", glyph=theme["text-2"])
        self.architecture.setAutoDefault(False)
        self._menu = QMenu(self)
        for name in BUILTIN_NAMES:
            self._menu.addAction(find_architecture(name).title, partial(self.switch, name))
        self.architecture.clicked.connect(self._pop_up)
        self.add_row("Architecture", self.architecture)
        for known in self._all_parameters():
            self._add(known)
        self.ok.clicked.connect(self._go)
        self.switch(current.name)

    def field(self, name: str) -> QLineEdit | Segments:
        """The field of a parameter."""
        return self._fields[name]

    def text(self) -> str:
        """The source as written on the command line."""
        pairs = [
            f"{parameter.name}={self._value(parameter.name)}"
            for parameter in find_architecture(self._name).parameters
        ]
        return f"{self._name}?{'&'.join(pairs)}"

    def _all_parameters(self) -> list[Parameter]:
        parameters: dict[str, Parameter] = {}
        for name in (self._name, *BUILTIN_NAMES):
            for parameter in find_architecture(name).parameters:
                parameters.setdefault(parameter.name, parameter)
        return list(parameters.values())

    def _add(self, parameter: Parameter) -> None:
        field: QLineEdit | Segments
        value = self._given.get(parameter.name, parameter.default)
        if "|" in parameter.values:
            choices = [(value, value.replace("x", "×")) for value in parameter.values.split("|")]
            field = Segments(choices, name=parameter.name)
            field.set_value(value)
            field.chosen.connect(lambda _: self._check())
        else:
            field = QLineEdit(value.replace("x", "×"))
            field.setFont(font(12))
            field.textChanged.connect(lambda _: self._check())
        self._fields[parameter.name] = field
        self._defaults[parameter.name] = parameter.default
        self.add_row(_NAMES.get(parameter.name, parameter.name), field)

    def _set(self, name: str, value: str) -> None:
        field = self._fields[name]
        if isinstance(field, Segments):
            field.set_value(value)
        else:
            field.setText(value.replace("x", "×"))

    def _value(self, name: str) -> str:
        field = self._fields[name]
        return field.text() if isinstance(field, QLineEdit) else field.value()

    def _pop_up(self) -> None:
        self._menu.popup(self.architecture.mapToGlobal(self.architecture.rect().bottomLeft()))

    def switch(self, name: str) -> None:
        """Ask for the parameters of another architecture; what was left at its default follows."""
        self._name = name
        entry = find_architecture(name)
        for parameter in entry.parameters:
            if self._value(parameter.name).replace("×", "x") == self._defaults[parameter.name]:
                self._set(parameter.name, parameter.default)
            self._defaults[parameter.name] = parameter.default
            self._fields[parameter.name].setToolTip(parameter.line)
            self._fields[parameter.name].setAccessibleName(parameter.line)
        self.architecture.set_text(entry.title)
        has = {parameter.name for parameter in entry.parameters}
        for key, field in self._fields.items():
            self.set_row_visible(field, visible=key in has)
        self._check()

    def _check(self) -> None:
        if not self._fields:
            return
        try:
            source = parse_builtin(self.text())
        except AppError as error:
            self.show_message(error.message, error=True)
            return
        line = find_architecture(self._name).line
        self.show_message(line if is_default(source) else f"{source}")

    def _go(self) -> None:
        self.chosen.emit(parse_builtin(self.text()))
        self.accept()
