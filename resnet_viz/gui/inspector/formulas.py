"""How computed: every number's formula, which opens to its convention and source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from resnet_viz.analysis.explain.conventions import CONVENTIONS
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.inspector.sheets.types import Formula
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.icons import icon

SOFT_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_NAMES: Final = 58
_LONGEST: Final = 22
"""Letters of a word that fit beside the names for sure."""


class ClickFrame(QFrame):
    """A frame that a click, Enter or Space activates; its texts can be selected all the same.

    Signals:
        clicked(): it was activated.
    """

    clicked = Signal()

    def make_clickable(self) -> None:
        """Answer to clicks and keys from now on; call when all labels are inside."""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for text in self.findChildren(QLabel):
            text.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's: a click on a text counts, unless it has selected something."""
        if (
            isinstance(watched, QLabel)
            and isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and not watched.hasSelectedText()
            and self.focusPolicy() != Qt.FocusPolicy.NoFocus
        ):
            self.clicked.emit()
        return False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's: a click beside the texts."""
        super().mouseReleaseEvent(event)
        is_inside = self.rect().contains(event.position().toPoint())
        if (
            event.button() == Qt.MouseButton.LeftButton
            and is_inside
            and self.focusPolicy() != Qt.FocusPolicy.NoFocus
        ):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: Enter and Space do what a click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
            return
        super().keyPressEvent(event)


class FormulaRow(ClickFrame):
    """Name, formula and result; below them, once opened, what the number means."""

    def __init__(self, formula: Formula, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("step")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.formula = formula
        self._theme = theme
        self._meaning: QWidget | None = None
        self._chevron = QLabel()
        self._chevron.setFixedSize(12, 14)
        self._places = QVBoxLayout(self)
        self._places.setContentsMargins(0, 1, 0, 1)
        self._places.setSpacing(2)
        self._places.addLayout(self._line())
        has_meaning = formula.key in CONVENTIONS
        if has_meaning:
            self.setToolTip("Click for its convention and source")
            self.setAccessibleName(f"{formula.name}: {formula.text} = {formula.result}")
            self.clicked.connect(self.toggle)
            self.make_clickable()
            self._show_chevron()

    def _line(self) -> QGridLayout:
        name = label(self.formula.name, size=11, tone="text-3")
        name.setContentsMargins(0, 1, 0, 0)
        shown = label("", size=11.5, tabular=True, selectable=True, wrap=True)
        shown.setTextFormat(Qt.TextFormat.RichText)
        text = breakable(self.formula.text)
        if self.formula.result:
            text += f" = <b style='font-weight:600'>{_escaped(self.formula.result)}</b>"
        shown.setText(text)
        line = QGridLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setHorizontalSpacing(6)
        line.setColumnMinimumWidth(0, _NAMES)
        line.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(name, 0, 0, top | Qt.AlignmentFlag.AlignLeft)
        line.addWidget(shown, 0, 1)
        line.addWidget(self._chevron, 0, 2, top)
        return line

    @property
    def is_open(self) -> bool:
        """Whether the meaning is shown."""
        return self._meaning is not None and not self._meaning.isHidden()

    def toggle(self) -> None:
        """Open or close the meaning."""
        if self._meaning is None:
            self._meaning = self._made_meaning()
            self._places.addWidget(self._meaning)
            self._meaning.show()
        else:
            self._meaning.setVisible(self._meaning.isHidden())
        self._show_chevron()

    def _made_meaning(self) -> QWidget:
        convention = CONVENTIONS[self.formula.meaning or self.formula.key]
        made = QFrame()
        made.setObjectName("well")
        places = QVBoxLayout(made)
        places.setContentsMargins(9, 6, 8, 7)
        places.setSpacing(3)
        places.addWidget(label(convention.label, size=11, weight=600, tone="text-2"))
        said = f"{self.formula.more} {convention.text}".strip()
        places.addWidget(label(said, size=11, tone="text-2", wrap=True, selectable=True))
        source = f"Source: {convention.source}"
        places.addWidget(label(source, size=11, tone="text-3", wrap=True, selectable=True))
        return made

    def _show_chevron(self) -> None:
        name = "chevron-up" if self.is_open else "chevron-down"
        glyph = icon(name, self._theme["text-3"], 12)
        self._chevron.setPixmap(glyph.pixmap(QSize(12, 12), self.devicePixelRatioF()))


class Formulas(QWidget):
    """All rows of a sheet."""

    def __init__(self, formulas: Sequence[Formula], note: QWidget, theme: Theme) -> None:
        super().__init__()
        places = QVBoxLayout(self)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(2)
        title = label("How computed", size=11, weight=600, tone="text-2")
        places.addLayout(row(title, 1, note))
        self.rows = [FormulaRow(formula, theme) for formula in formulas]
        for line in self.rows:
            places.addWidget(line)

    def explain(self, key: str) -> FormulaRow | None:
        """Open the first row of a number's formula; that row."""
        found = next((line for line in self.rows if line.formula.key == key), None)
        if found is not None and not found.is_open:
            found.toggle()
        return found


def breakable(text: str) -> str:
    """Escaped, with places behind signs where a name too long for a line may go on in the next.

    They are characters of no width, as Qt's rich text knows no tag for them.
    """
    return " ".join(_broken(word) for word in _escaped(text).split(" "))


def _broken(word: str) -> str:
    return word if len(word) <= _LONGEST else re.sub(r"([_/.\-])", f"\\1{SOFT_BREAK}", word)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
