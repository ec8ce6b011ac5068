"""Button that shows the current one of several choices and opens a menu of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from resnet_viz.gui.widgets.controls import HintButton
from resnet_viz.typing_compat import override


class ChoiceButton(HintButton):
    """Mutually exclusive choices in a pop-up list; the button shows the current one.

    Signals:
        chosen(str): the user chose a key.
    """

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str]], *, name: str, quiet: bool = False
    ) -> None:
        super().__init__(choices[0][1], tail="chevron-down")
        self._name = name
        self._quiet = quiet
        self._value = choices[0][0]
        self._texts = dict(choices)
        self.menu_of_choices = QMenu(self)
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for key, text in choices:
            action = self.menu_of_choices.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, key=key: self._choose(key))
            self._group.addAction(action)
            self._actions[key] = action
        if quiet:  # a heading that can be changed: no border, as high as its text
            self.setProperty("quiet", "true")
            self._row.setContentsMargins(0, 0, 2, 0)
            self._row.setSpacing(3)
        self.clicked.connect(self._open)
        self.set_value(self._value)

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), 20) if self._quiet else hint

    def value(self) -> str:
        """The current key."""
        return self._value

    def set_value(self, key: str, text: str = "") -> None:
        """Show a choice, without a signal; ``text`` replaces its own text."""
        self._value = key
        self.set_text(text or self._texts[key])
        self._actions[key].setChecked(True)
        self.setAccessibleName(f"{self._name}: {self.text()}")
        self.updateGeometry()

    def action(self, key: str) -> QAction:
        """The menu entry of a key."""
        return self._actions[key]

    def _open(self) -> None:
        self.menu_of_choices.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _choose(self, key: str) -> None:
        if key != self._value:
            self.set_value(key)
            self.chosen.emit(key)
        else:
            self._actions[key].setChecked(True)
