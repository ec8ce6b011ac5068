"""The inspector panel: shows the sheet of what is selected; what it names can be clicked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import mix, readable
from resnet_viz.gui.diagram.memory_basis_button import BasisButton
from resnet_viz.gui.inspector import sections as parts
from resnet_viz.gui.inspector.formulas import Formulas
from resnet_viz.gui.inspector.sheets.select import calls_behind, sheet_of, sheet_of_model
from resnet_viz.gui.inspector.sheets.types import Sheet
from resnet_viz.gui.session import Session
from resnet_viz.gui.targets import existing_targets, fully_open
from resnet_viz.gui.widgets.background_job import BackgroundJobs
from resnet_viz.gui.widgets.controls import HintButton, IconButton, label, row
from resnet_viz.gui.widgets.elided_label import ElidedLabel
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.gui.widgets.panel_header import PanelHeader

NOTHING_SELECTED = "Select a block to inspect it."


class Inspector(QWidget):
    """Inspector dock's content.

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
        self._shown: Sheet | None = None
        self._aside = BackgroundJobs("inspector", self)
        self._formulas: Formulas | None = None
        self._waiting: tuple[Sheet, QVBoxLayout] | None = None
        self.pin = IconButton("pin", "Keep this sheet while the selection changes", size=22,
                              glyph=14)  # fmt: skip
        self.pin.setCheckable(True)
        self.area = QScrollArea()
        self.open_button = HintButton("Open to layers", "Enter")
        self._footer = QFrame()
        self._build()
        self._connect()
        self.set_theme()

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
        places = QVBoxLayout(self)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(0)
        places.addWidget(PanelHeader("Inspector", self.pin))
        places.addWidget(self.area, 1)
        places.addWidget(self._footer)

    def _connect(self) -> None:
        self.area.verticalScrollBar().rangeChanged.connect(lambda *_: self._make_room())
        self.pin.toggled.connect(lambda _: self._follow())
        self.open_button.clicked.connect(self._ask_to_open)
        self._session.selection_changed.connect(self._follow)
        self._session.basis_changed.connect(self._rebuild)
        self._session.document_changed.connect(self._show_document)
        self._session.picture_changed.connect(lambda _: self._show_footer())
        self._session.theme_changed.connect(self.set_theme)

    def sizeHint(self) -> QSize:
        """As wide as on the design board."""
        return QSize(304, 600)

    def set_theme(self) -> None:
        """Use the session's theme."""
        theme = self._session.theme
        self.pin.set_color(theme["text-2"])
        self.open_button.set_colors(text="text", glyph=theme["text-2"])
        self._lay_out()

    def _show_document(self) -> None:
        """Another model has other things; the same one, shown anew, may still have the pinned."""
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

    def stop(self) -> None:
        """End what is done aside; the window closes."""
        self._aside.stop()

    def _rebuild(self) -> None:
        """Make the sheet of what is selected, or the model's; a long one comes a little later."""
        session, targets = self._session, self._targets
        document, picture = session.document, session.picture
        memory, basis = session.memory, session.basis
        if document is None:
            self._show(None, None)
            return

        def make() -> tuple[Sheet | None, Sheet | None]:
            sheet = sheet_of(document, picture, targets, memory=memory, basis=basis)
            model = None if sheet else sheet_of_model(document, memory=memory, basis=basis)
            return sheet, model

        size = calls_behind(document, targets[-1] if targets else None)
        self._aside.run("sheet", make, lambda made: self._show(*made), size=size)

    def _show(self, sheet: Sheet | None, model: Sheet | None) -> None:
        """Show the sheet of what is selected, else the model's if there is one."""
        self.sheet, self._shown = sheet, sheet or model
        self._lay_out()

    def _lay_out(self) -> None:
        self.pin.setEnabled(self.sheet is not None)
        # A click inside the old sheet may have brought us here: it must outlive its own event.
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
        places = QVBoxLayout(body)
        places.setContentsMargins(16, 12, self._right_margin(), 16)
        places.setSpacing(14)
        if self.sheet is None:
            places.addWidget(label(NOTHING_SELECTED, tone="text-3"))
        self._formulas = self._waiting = None
        if self._shown is not None:
            self._fill(places, self._shown)
        places.addStretch(1)
        return body

    def _right_margin(self) -> int:
        """16 px with the scroll bar, if there is one: the sheet's width never changes."""
        bar = self.area.verticalScrollBar()
        return 16 - bar.sizeHint().width() if bar.maximum() > bar.minimum() else 16

    def _make_room(self) -> None:
        body = self.area.widget()
        places = None if body is None else body.layout()
        if places is not None:
            places.setContentsMargins(16, 12, self._right_margin(), 16)

    def _fill(self, places: QVBoxLayout, sheet: Sheet) -> None:
        theme = self._session.theme
        places.addLayout(self._head(sheet))
        if sheet.shapes is not None:
            places.addLayout(self._shapes(*sheet.shapes))
        for section in sheet.sections:
            places.addWidget(parts.section(section, theme, self._pick))
        if sheet.facts:
            places.addWidget(parts.facts(sheet.facts_title, sheet.facts, theme, self._pick))
        if sheet.tiles:
            places.addWidget(parts.tiles(sheet.tiles, self._explain))
        if sheet.formulas:
            # Their many texts are laid out in a turn of their own, so that none is long.
            below = QVBoxLayout()
            places.addLayout(below)
            self._waiting = (sheet, below)
            QTimer.singleShot(0, self, self._fill_formulas)

    def _fill_formulas(self) -> None:
        if self._waiting is None:
            return
        sheet, places = self._waiting
        self._waiting = None
        note = BasisButton(self._session, sheet.computed)
        self._formulas = Formulas(sheet.formulas, note, self._session.theme)
        places.addWidget(self._formulas)

    @property
    def formulas(self) -> Formulas | None:
        """The rows "How computed"; None if the sheet has none."""
        self._fill_formulas()
        return self._formulas

    def _explain(self, key: str) -> None:
        """Open the formula of a number and bring it into view."""
        found = None if self.formulas is None else self.formulas.explain(key)
        if found is not None:
            QTimer.singleShot(0, found, lambda: self.area.ensureWidgetVisible(found, 0, 12))

    def _head(self, sheet: Sheet) -> QVBoxLayout:
        theme = self._session.theme
        head: list[QWidget | int] = []
        if sheet.swatch:
            head.append(parts.Square(theme[sheet.swatch]))
        head.append(ElidedLabel(sheet.title, size=16, weight=700))
        if sheet.badge:
            head.append(self._badge(sheet))
        places = QVBoxLayout()
        places.setSpacing(3)
        title = row(*head, spacing=8)
        title.addStretch(1)
        places.addLayout(title)
        if sheet.crumbs:
            places.addWidget(
                parts.links(
                    sheet.crumbs, self._pick, color=theme["text-3"], separator=" › ", tone="text-3"
                )
            )
        return places

    def _badge(self, sheet: Sheet) -> QWidget:
        theme = self._session.theme
        made = label(sheet.badge, size=11, weight=600)
        made.setObjectName("badge")
        if sheet.swatch:
            fill = mix(theme[sheet.swatch], theme["surface"], 0.16)
            text = readable(theme[sheet.swatch], fill, dark=theme.dark)
            made.setStyleSheet(f"#badge {{ background: {fill}; color: {text}; }}")
        return made

    def _shapes(self, before: str, after: str) -> QHBoxLayout:
        arrow = label("")
        arrow.setFixedWidth(16)
        color = self._session.theme["text-3"]
        arrow.setPixmap(
            icon("arrow-right", color, 14).pixmap(QSize(14, 14), self.devicePixelRatioF())
        )
        made = row(spacing=4)
        made.addWidget(parts.well("in", before), 1)
        made.addWidget(arrow)
        made.addWidget(parts.well("out", after), 1)
        return made
