"""The tool bar: model, detail, layout, fit on the left; theme and export on the right."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame

from resnet_viz.gui.commands.table import COLORS, MEASURED_COLORS
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.choice_button import ChoiceButton
from resnet_viz.gui.widgets.controls import HintButton, IconButton, Segments, label, row, rule
from resnet_viz.gui.window.status_text import input_text, picker_title
from resnet_viz.sources.types import Application, BuiltIn, base_of

if TYPE_CHECKING:  # at run time it is imported when first shown
    from resnet_viz.gui.window.model_picker import ModelPicker

_DETAILS = (("stage", "Stage"), ("block", "Block"), ("unit", "Unit"), ("layer", "Layer"))
_LAYOUTS = (("stages", "Stages"), ("column", "Column"), ("row", "Row"), ("wrap", "Wrap"))


class Toolbar(QFrame):
    """The tool bar under the menu, 44 px high.

    Signals:
        command(str): id of a command that a button stands for.
        source_chosen(str): text of a source that was chosen from the list of models.
    """

    command = Signal(str)
    source_chosen = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setFixedHeight(44)
        self._session = session
        self.model = HintButton("Model", tail="chevron-down")
        self.model.set_weight(600)
        self.detail = Segments(_DETAILS, name="Detail")
        self.color_by = ChoiceButton((*COLORS, *MEASURED_COLORS), name="Colour by")
        for key, _ in MEASURED_COLORS:
            self.color_by.action(key).setVisible(False)
        self.layout_choice = Segments(_LAYOUTS, name="Layout")
        self.fit = HintButton("Fit", "F", name="maximize")
        self.theme = IconButton("moon", "Dark theme (Ctrl+Shift+L)")
        self.export = HintButton("Export…", name="download")
        self.export.setProperty("primary", "true")
        self._build()
        self._connect()
        self._show_view()
        self.set_theme()

    def _build(self) -> None:
        layout = row(
            self.model,
            rule(),
            label("Detail", tone="text-2"),
            self.detail,
            label("Colour by", tone="text-2"),
            self.color_by,
            label("Layout", tone="text-2"),
            self.layout_choice,
            rule(),
            self.fit,
            1,
            self.theme,
            self.export,
        )
        layout.setContentsMargins(12, 0, 12, 1)
        layout.insertSpacing(1, 4)
        layout.insertSpacing(3, 4)
        layout.insertSpacing(6, 8)
        layout.insertSpacing(9, 8)
        layout.insertSpacing(12, 4)
        layout.insertSpacing(14, 4)
        self.setLayout(layout)

    def _connect(self) -> None:
        self.model.clicked.connect(self.show_picker)
        self.fit.clicked.connect(lambda: self.command.emit("view.fit"))
        self.theme.clicked.connect(lambda: self.command.emit("view.dark"))
        self.export.clicked.connect(lambda: self.command.emit("file.export"))
        self.detail.chosen.connect(lambda key: self.command.emit(f"view.detail.{key}"))
        self.color_by.chosen.connect(lambda key: self.command.emit(f"view.color.{key}"))
        self.layout_choice.chosen.connect(lambda key: self.command.emit(f"view.layout.{key}"))
        self._session.document_changed.connect(self._show_document)
        self._session.document_changed.connect(self._show_view)
        self._session.view_changed.connect(self._show_view)
        self._session.theme_changed.connect(self.set_theme)

    def set_theme(self) -> None:
        """Use the session's theme."""
        theme = self._session.theme
        self.model.set_colors(text="text", glyph=theme["text-2"])
        self.color_by.set_colors(text="text", glyph=theme["text-2"])
        self.fit.set_colors(text="text", glyph=theme["text-2"])
        self.export.set_colors(text="on-accent", glyph=theme["on-accent"])
        self.theme.set_name("sun" if theme.dark else "moon", theme["text-2"])
        self.theme.setToolTip(("Light" if theme.dark else "Dark") + " theme (Ctrl+Shift+L)")

    @cached_property
    def picker(self) -> ModelPicker:
        """The pop-up list of models, made at first use."""
        from resnet_viz.gui.window.model_picker import ModelPicker

        picker = ModelPicker(self._session.theme, self)
        picker.chosen.connect(self.source_chosen)
        picker.command.connect(self.command)
        self._session.theme_changed.connect(lambda: picker.set_theme(self._session.theme))
        return picker

    def set_enabled(self, *, has_document: bool) -> None:
        """Enable the controls that need an open document, or disable them."""
        for part in (self.detail, self.color_by, self.layout_choice, self.fit, self.export):
            part.setEnabled(has_document)

    def show_picker(self) -> None:
        """Open the list of models under its button."""
        document = self._session.document
        current = ""
        source = None if document is None else base_of(document.source)
        if isinstance(source, BuiltIn | Application):
            current = str(source).partition("?")[0]
        self.picker.pop_up(self.model.mapToGlobal(QPoint(0, self.model.height() + 4)), current)

    def _show_document(self) -> None:
        document = self._session.document
        if document is not None:
            self.model.set_text(picker_title(document), input_text(document))

    def _show_view(self) -> None:
        view = self._session.view
        self.detail.set_value(view.detail)
        self.color_by.set_value(view.color_by)
        if view.layout in dict(_LAYOUTS):
            self.layout_choice.set_value(view.layout)
