"""The button that says for what memory is counted, and lets one choose another batch or dtype."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSpinBox, QWidget, QWidgetAction

from resnet_viz.analysis.dtypes import DTYPES
from resnet_viz.gui.basis import BATCHES, LARGEST_BATCH, Basis, own_dtype
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets import HintButton, label
from resnet_viz.paint.fonts import font

_OWN = ""


class BasisButton(HintButton):
    """Says "float32, batch 1"; a click opens the choice."""

    def __init__(self, session: Session) -> None:
        super().__init__("", tail="chevron-down")
        self._session = session
        self.setProperty("quiet", "true")
        self._row.setContentsMargins(0, 0, 2, 0)
        self._row.setSpacing(3)
        self._text.setFont(font(11, tabular=True))
        self.setToolTip("Batch size and dtype that memory is counted for")
        self.choices = QMenu(self)
        self.batch = QSpinBox()
        self.batches: dict[int, QAction] = {}
        self.dtypes: dict[str, QAction] = {}
        self._fill()
        self.clicked.connect(self._open)
        session.basis_changed.connect(self.show_basis)
        session.document_changed.connect(self.show_basis)
        session.theme_changed.connect(self._set_theme)
        self._set_theme()
        self.show_basis()

    def sizeHint(self) -> QSize:
        """As high as its text."""
        return QSize(super().sizeHint().width(), 20)

    def show_basis(self) -> None:
        """Show the session's choice."""
        document, basis = self._session.document, self._session.basis
        own = "float32" if document is None else own_dtype(document)
        self.set_text(basis.words(own))
        self.setAccessibleName(f"Memory for {basis.words(own)}")
        self.dtypes[_OWN].setText(f"As the model has them ({own})")
        self.dtypes[basis.dtype or _OWN].setChecked(True)
        for size, action in self.batches.items():
            action.setChecked(size == basis.batch)
        self.batch.setValue(basis.batch)
        self.updateGeometry()

    def _fill(self) -> None:
        menu = self.choices
        menu.addSection("Batch size")
        menu.addAction(self._spin())
        sizes = menu.addMenu("Powers of two")
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for size in BATCHES:
            action = self._entry(sizes, group, f"{size:,}")
            action.triggered.connect(lambda _=False, size=size: self._set_batch(size))
            self.batches[size] = action
        menu.addSection("Count floating-point values as")
        floats = QActionGroup(self)
        for dtype in (_OWN, *DTYPES):
            action = self._entry(menu, floats, dtype or "As the model has them")
            action.triggered.connect(lambda _=False, dtype=dtype: self._set_dtype(dtype))
            self.dtypes[dtype] = action

    def _entry(self, menu: QMenu, group: QActionGroup, text: str) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        group.addAction(action)
        return action

    def _spin(self) -> QWidgetAction:
        self.batch.setRange(1, LARGEST_BATCH)
        self.batch.setGroupSeparatorShown(True)
        self.batch.setFont(font(12, tabular=True))
        self.batch.setAccessibleName("Batch size")
        self.batch.setKeyboardTracking(False)
        self.batch.valueChanged.connect(self._set_batch)
        line = QWidget()
        places = QHBoxLayout(line)
        places.setContentsMargins(12, 2, 12, 4)
        places.addWidget(label("Samples", tone="text-2"))
        places.addWidget(self.batch, 1)
        holder = QWidgetAction(self)
        holder.setDefaultWidget(line)
        return holder

    def _set_batch(self, size: int) -> None:
        self._session.set_basis(Basis(size, self._session.basis.dtype))

    def _set_dtype(self, dtype: str) -> None:
        self._session.set_basis(Basis(self._session.basis.batch, dtype or None))

    def _set_theme(self) -> None:
        self.set_colors(text="text-2", glyph=self._session.theme["text-3"])

    def _open(self) -> None:
        self.choices.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        self.batch.setFocus(Qt.FocusReason.PopupFocusReason)
