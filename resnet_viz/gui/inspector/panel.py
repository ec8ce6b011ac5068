"""Inspector panel: the sheet of the selected target, with names that can be clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.experiments.layer_numbers import LayerNumbers
from resnet_viz.gui.diagram.memory_basis_button import BasisButton
from resnet_viz.gui.inspector import sheet_widgets
from resnet_viz.gui.inspector.formula_widgets import Formulas
from resnet_viz.gui.inspector.path_chart import PathChart
from resnet_viz.gui.inspector.sheets.select import calls_behind, sheet_of, sheet_of_model
from resnet_viz.gui.inspector.sheets.types import Sheet
from resnet_viz.gui.session import Session
from resnet_viz.gui.targets import existing_targets, fully_open
from resnet_viz.gui.widgets.background_jobs import BackgroundJobs
from resnet_viz.gui.widgets.controls import HintButton, IconButton, label
from resnet_viz.gui.widgets.panel_header import PanelHeader
from resnet_viz.typing_compat import override

NOTHING_SELECTED = "Select a block to inspect it."


class Inspector(QWidget):
    """Content of the inspector dock.

    Signals:
        picked(object): a name or row was clicked: a tuple with its Target.
        open_requested(str): "Open to layers" for a group.
    """

    picked = Signal(object)
    open_requested = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._targets: tuple[Target, ...] = ()
        self.sheet: Sheet | None = None
        self._displayed: Sheet | None = None
        self._measured: LayerNumbers | None = None
        self._jobs = BackgroundJobs("inspector", self)
        self._formulas: Formulas | None = None
        self._pending_formulas: tuple[Sheet, QVBoxLayout] | None = None
        self.pin = IconButton("pin", "Keep this sheet while the selection changes", size=22,
                              glyph=14)  # fmt: skip
        self.pin.setCheckable(True)
        self.area = QScrollArea()
        self.open_button = HintButton("Open to layers", "Enter")
        self._footer = QFrame()
        self._build()
        self._connect()
        self.set_theme()
        self._show_document()

    def _build(self) -> None:
        self.area.setObjectName("sheet")
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Inspector")
        self._footer.setObjectName("footer")
        foot = QHBoxLayout(self._footer)
        foot.setContentsMargins(16, 11, 16, 12)
        foot.addWidget(self.open_button)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(PanelHeader("Inspector", self.pin))
        layout.addWidget(self.area, 1)
        layout.addWidget(self._footer)

    def _connect(self) -> None:
        self.area.verticalScrollBar().rangeChanged.connect(lambda *_: self._update_margins())
        self.pin.toggled.connect(lambda _: self._follow())
        self.open_button.clicked.connect(self._ask_to_open)
        self._session.selection_changed.connect(self._follow)
        self._session.basis_changed.connect(self._rebuild)
        self._session.view_changed.connect(self._follow_measured)
        self._session.document_changed.connect(self._show_document)
        self._session.picture_changed.connect(lambda _: self._show_footer())
        self._session.theme_changed.connect(self.set_theme)

    @override
    def sizeHint(self) -> QSize:
        """Return the width on the design board."""
        return QSize(304, 600)

    def set_theme(self) -> None:
        """Use the session's theme."""
        theme = self._session.theme
        self.pin.set_color(theme["text-2"])
        self.open_button.set_colors(text="text", glyph=theme["text-2"])
        self._lay_out()

    def _show_document(self) -> None:
        """Keep the pinned targets that the same model, read again, still has; else start again."""
        document, picture = self._session.document, self._session.picture
        kept: tuple[Target, ...] = ()
        if self._session.is_refresh and self.pin.isChecked() and document and picture:
            kept = existing_targets(document, picture, self._targets)
        self.pin.setChecked(bool(kept))
        self._targets = kept or self._session.selection
        self._rebuild()

    def _follow(self) -> None:
        if self.pin.isChecked() or self._targets == self._session.selection:
            return
        self._targets = self._session.selection
        self._rebuild()

    def _follow_measured(self) -> None:
        if self._session.view.measured is not self._measured:
            self._rebuild()

    def stop(self) -> None:
        """Stop the background jobs; the window closes."""
        self._jobs.stop()

    def _rebuild(self) -> None:
        """Make the sheet of the selection, or the model's; a long one in the background."""
        session, targets = self._session, self._targets
        document, picture = session.document, session.picture
        self._measured = session.view.measured
        memory, basis, measured = session.memory, session.basis, session.view.measured
        if document is None:
            self._show(None, None)
            return

        def make() -> tuple[Sheet | None, Sheet | None]:
            sheet = sheet_of(
                document, picture, targets, memory=memory, basis=basis, measured=measured
            )
            model = None if sheet else sheet_of_model(document, memory=memory, basis=basis)
            return sheet, model

        size = calls_behind(document, targets)
        self._jobs.run("sheet", make, lambda sheets: self._show(*sheets), size=size)

    def _show(self, sheet: Sheet | None, model: Sheet | None) -> None:
        """Show the sheet of the selection, else the model's if there is one."""
        self.sheet, self._displayed = sheet, sheet or model
        self._lay_out()

    def _lay_out(self) -> None:
        self.pin.setEnabled(self.sheet is not None)
        # This may be the result of a click inside the old sheet: it must outlive its own event.
        old = self.area.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self.area.setWidget(self._body())
        self._show_footer()

    def _show_footer(self) -> None:
        document, sheet = self._session.document, self.sheet
        if document is None or sheet is None or sheet.group is None:
            self._footer.hide()
            return
        self._footer.show()
        is_open = fully_open(document.structure, self._session.view, sheet.group)
        self.open_button.set_text("Close" if is_open else "Open to layers")

    def _ask_to_open(self) -> None:
        if self.sheet is not None and self.sheet.group is not None:
            self.open_requested.emit(self.sheet.group)

    def _pick(self, target: Target) -> None:
        self.picked.emit((target,))

    def _body(self) -> QWidget:
        body = QWidget()
        body.setObjectName("sheetBody")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 12, self._right_margin(), 16)
        layout.setSpacing(14)
        if self.sheet is None:
            layout.addWidget(label(NOTHING_SELECTED, tone="text-3"))
        self._formulas = self._pending_formulas = None
        if self._displayed is not None:
            self._fill(layout, self._displayed)
        layout.addStretch(1)
        return body

    def _right_margin(self) -> int:
        """16 px including the scroll bar, if there is one: the sheet's width never changes."""
        bar = self.area.verticalScrollBar()
        return 16 - bar.sizeHint().width() if bar.maximum() > bar.minimum() else 16

    def _update_margins(self) -> None:
        body = self.area.widget()
        layout = None if body is None else body.layout()
        if layout is not None:
            layout.setContentsMargins(16, 12, self._right_margin(), 16)

    def _fill(self, layout: QVBoxLayout, sheet: Sheet) -> None:
        theme = self._session.theme
        layout.addLayout(sheet_widgets.heading(sheet, theme, self._pick))
        if sheet.shapes is not None:
            layout.addLayout(sheet_widgets.shapes(*sheet.shapes, theme))
        parts = [sheet_widgets.section(section, theme, self._pick) for section in sheet.sections]
        if sheet.facts:
            at = 0 if sheet.facts_first else len(parts)
            parts.insert(at, sheet_widgets.facts(sheet, theme, self._pick))
        for part in parts:
            layout.addWidget(part)
        if sheet.paths:
            layout.addWidget(PathChart(sheet.paths, theme))
        if sheet.tiles:
            layout.addWidget(sheet_widgets.tiles(sheet.tiles, self._explain))
        if sheet.formulas:
            # Their many texts are laid out in a later turn of the event loop, to keep each short.
            below = QVBoxLayout()
            layout.addLayout(below)
            self._pending_formulas = (sheet, below)
            QTimer.singleShot(0, self, self._fill_formulas)

    def _fill_formulas(self) -> None:
        if self._pending_formulas is None:
            return
        sheet, layout = self._pending_formulas
        self._pending_formulas = None
        note = BasisButton(self._session, sheet.basis)
        self._formulas = Formulas(sheet.formulas, note, self._session.theme)
        layout.addWidget(self._formulas)

    @property
    def formulas(self) -> Formulas | None:
        """The formulas under "How computed"; None if the sheet has none."""
        self._fill_formulas()
        return self._formulas

    def _explain(self, key: str) -> None:
        """Open the formula of a number and scroll to it."""
        explained = None if self.formulas is None else self.formulas.explain(key)
        if explained is None:
            return

        def scroll() -> None:
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            self.area.ensureWidgetVisible(explained, 0, 12)

        QTimer.singleShot(0, explained, scroll)
