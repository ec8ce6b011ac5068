"""Formulas under "How computed"; each opens to its convention and source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from resnet_viz.analysis.explain.conventions import CONVENTIONS
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.inspector.click_frame import ClickFrame
from resnet_viz.gui.inspector.sheets.types import Formula
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.gui.widgets.soft_breaks import breakable, escaped

_NAMES_WIDTH: Final = 58


class FormulaRow(ClickFrame):
    """Name, formula and result of a number; once opened, its convention and source below."""

    def __init__(self, formula: Formula, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("step")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.formula = formula
        self._theme = theme
        self._convention: QWidget | None = None
        self._chevron = QLabel()
        self._chevron.setFixedSize(12, 14)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 1, 0, 1)
        self._layout.setSpacing(2)
        self._layout.addLayout(self._line())
        if formula.key in CONVENTIONS:
            self.setToolTip("Click for its convention and source")
            self.setAccessibleName(f"{formula.name}: {formula.text} = {formula.result}")
            self.clicked.connect(self.toggle)
            self.make_clickable()
            self._show_chevron()

    def _line(self) -> QGridLayout:
        name = label(self.formula.name, size=11, tone="text-3")
        name.setContentsMargins(0, 1, 0, 0)
        equation = label("", size=11.5, tabular=True, selectable=True, wrap=True)
        equation.setTextFormat(Qt.TextFormat.RichText)
        text = breakable(self.formula.text)
        if self.formula.result:
            text += f" = <b style='font-weight:600'>{escaped(self.formula.result)}</b>"
        equation.setText(text)
        line = QGridLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setHorizontalSpacing(6)
        line.setColumnMinimumWidth(0, _NAMES_WIDTH)
        line.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(name, 0, 0, top | Qt.AlignmentFlag.AlignLeft)
        line.addWidget(equation, 0, 1)
        line.addWidget(self._chevron, 0, 2, top)
        return line

    @property
    def is_open(self) -> bool:
        """True if the convention is shown."""
        return self._convention is not None and not self._convention.isHidden()

    def toggle(self) -> None:
        """Show or hide the convention."""
        if self._convention is None:
            self._convention = self._convention_box()
            self._layout.addWidget(self._convention)
            self._convention.show()
        else:
            self._convention.setVisible(self._convention.isHidden())
        self._show_chevron()

    def _convention_box(self) -> QWidget:
        convention = CONVENTIONS[self.formula.meaning or self.formula.key]
        box = QFrame()
        box.setObjectName("well")
        layout = QVBoxLayout(box)
        layout.setContentsMargins(9, 6, 8, 7)
        layout.setSpacing(3)
        layout.addWidget(label(convention.label, size=11, weight=600, tone="text-2"))
        text = f"{self.formula.remarks} {convention.text}".strip()
        layout.addWidget(label(text, size=11, tone="text-2", wrap=True, selectable=True))
        source = f"Source: {convention.source}"
        layout.addWidget(label(source, size=11, tone="text-3", wrap=True, selectable=True))
        return box

    def _show_chevron(self) -> None:
        name = "chevron-up" if self.is_open else "chevron-down"
        glyph = icon(name, self._theme["text-3"], 12)
        self._chevron.setPixmap(glyph.pixmap(QSize(12, 12), self.devicePixelRatioF()))


class Formulas(QWidget):
    """All formulas of a sheet, below their heading."""

    def __init__(self, formulas: Sequence[Formula], note: QWidget, theme: Theme) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        title = label("How computed", size=11, weight=600, tone="text-2")
        layout.addLayout(row(title, 1, note))
        self.rows = [FormulaRow(formula, theme) for formula in formulas]
        for formula_row in self.rows:
            layout.addWidget(formula_row)

    def explain(self, key: str) -> FormulaRow | None:
        """Open and return the first row of a number's formula."""
        explained = next((each for each in self.rows if each.formula.key == key), None)
        if explained is not None and not explained.is_open:
            explained.toggle()
        return explained
