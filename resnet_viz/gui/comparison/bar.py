"""Tool bar of the compare view, and the line above each of its canvases."""

from __future__ import annotations

from collections import Counter
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QMenu, QWidget

from resnet_viz.analysis.wording.numbers import counted, depth_text, grouped
from resnet_viz.comparison.types import Comparison
from resnet_viz.document import Document
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets.controls import HintButton, Segments, label, row, rule
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable
from resnet_viz.reports.comparison_json import comparison_values
from resnet_viz.reports.comparison_lines import headline, total_lines

DETAILS: Final = (("stage", "Stage"), ("block", "Block"), ("unit", "Unit"), ("layer", "Layer"))
LAYOUTS: Final = (("side", "Side by Side"), ("union", "Both in One"))
_LONGEST: Final = 28


class ComparisonBar(QFrame):
    """Controls of the compare view, 44 px high.

    Signals:
        back(): return to the single model.
        model_wanted(str): another model is wanted in place of "a" or "b".
        swapped(): exchange the models.
        exported(): write the picture to a file.
        stepped(int): go one version back (-1) or forth (1).
    """

    back = Signal()
    model_wanted = Signal(str)
    swapped = Signal()
    exported = Signal()
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setFixedHeight(44)
        self.back_button = HintButton("Back", name="chevron-left")
        self.models = {side: HintButton("", tail="chevron-down") for side in "ab"}
        self.swap = HintButton("Swap")
        self.older = HintButton("Older")
        self.newer = HintButton("Newer")
        self.detail = Segments(DETAILS, name="Detail")
        self.layout_choice = Segments(LAYOUTS, name="Layout")
        self.only = _check("Only differences")
        self.sync = _check("Sync pan and zoom")
        self.sync.setChecked(True)
        self.export = HintButton("Export…", name="download")
        self.export.setProperty("primary", "true")
        parts: list[QWidget | int] = [self.back_button, rule()]
        for side in "ab":
            parts += [label(side.upper(), tone="text-2"), self.models[side]]
        parts += [self.swap, self.older, self.newer, rule(), self.detail, self.layout_choice]
        layout = row(*parts, 1, self.only, self.sync, self.export)
        layout.setContentsMargins(12, 0, 12, 1)
        self.setLayout(layout)
        self._connect()
        self.show_history(has_older=False, has_newer=False)

    def _connect(self) -> None:
        self.back_button.clicked.connect(self.back)
        self.swap.clicked.connect(self.swapped)
        self.export.clicked.connect(self.exported)
        self.older.clicked.connect(lambda: self.stepped.emit(-1))
        self.newer.clicked.connect(lambda: self.stepped.emit(1))
        for side, button in self.models.items():
            button.clicked.connect(lambda _=False, side=side: self.model_wanted.emit(side))

    def show_models(self, a: str, b: str, back: str) -> None:
        """Show the models' titles, and that of the model that one goes back to."""
        self.models["a"].set_text(_short(a))
        self.models["b"].set_text(_short(b))
        self.back_button.set_text(f"Back to {_short(back)}")

    def show_history(self, *, has_older: bool, has_newer: bool) -> None:
        """Show the buttons that step through versions, if there are any."""
        for button, enabled in ((self.older, has_older), (self.newer, has_newer)):
            button.setVisible(has_older or has_newer)
            button.setEnabled(enabled)

    def pop_up(self, side: str, menu: QMenu) -> None:
        """Open a menu under the button of a model."""
        button = self.models[side]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        plain = (self.back_button, self.swap, self.older, self.newer, *self.models.values())
        for button in plain:
            button.set_colors(text="text", glyph=theme["text-2"])
        self.export.set_colors(text="on-accent", glyph=theme["on-accent"])


class ModelLine(QFrame):
    """Name and main numbers of a model above its canvas, 36 px high."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(36)
        self.badge = label("", weight=600)
        self.badge.setObjectName("badge")
        self.title = label("", size=13, weight=700)
        self.about = label("", tone="text-2")
        self.parameters = label("", tone="text-2", tabular=True)
        layout = row(self.badge, self.title, self.about, 1, self.parameters)
        layout.setContentsMargins(14, 0, 14, 1)
        self.setLayout(layout)

    def show_both(self, comparison: Comparison) -> None:
        """Show both models' titles, the outcome, and the delta of trainable parameters."""
        a, b = comparison.a, comparison.b
        self.badge.setVisible(False)
        self.title.setText(printable(f"{_short(a.title)} → {_short(b.title)}"))
        values = comparison_values(comparison)
        self.about.setText(printable(headline(values).partition(": ")[2]))
        rows = {label: delta for label, _, _, delta in total_lines(values)}
        self.parameters.setText(f"{rows['trainable parameters']} trainable parameters")

    def show_model(self, side: str, name: str, document: Document) -> None:
        """Show "A", the model's name, its depth, shortcuts and trainable parameters."""
        self.badge.setText(side)
        self.title.setText(printable(_short(name)))
        totals = document.numbers.totals
        self.about.setText(f"{depth_text(totals.weighted_layers)}, {_shortcuts(document)}")
        count = grouped(totals.numbers.trainable_parameters)
        self.parameters.setText(f"{count} trainable parameters")


def _shortcuts(document: Document) -> str:
    kinds = Counter(shortcut.kind for shortcut in document.structure.shortcuts)
    if not kinds:
        return "no shortcuts"
    listed = " + ".join(f"{count} {kind}" for kind, count in kinds.items())
    return f"{listed} {counted(kinds.total(), 'shortcut').partition(' ')[2]}"


def _check(text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setFont(font(12))
    box.setAccessibleName(text)
    return box


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
