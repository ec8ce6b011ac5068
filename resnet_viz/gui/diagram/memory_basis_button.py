"""Button with the memory basis (batch size and dtype) that opens a menu to choose another."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSpinBox, QWidget, QWidgetAction

from resnet_viz.analysis.costs.memory.basis import LARGEST_BATCH, MemoryBasis, own_dtype
from resnet_viz.analysis.keras_ops.dtypes import DTYPES
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import HintButton, label
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

_OWN: Final = ""
BATCHES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class BasisMenu(QMenu):
    """Menu of batch sizes and dtypes; sets the session's memory basis."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.batch = QSpinBox()
        self.batches: dict[int, QAction] = {}
        self.dtypes: dict[str, QAction] = {}
        self.addSection("Batch size")
        self.addAction(self._spin())
        sizes = self.addMenu("Powers of two")
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for size in BATCHES:
            action = _entry(sizes, group, f"{size:,}")
            action.triggered.connect(lambda _=False, size=size: self.set_batch(size))
            self.batches[size] = action
        self.addSection("Count floating-point values as")
        floats = QActionGroup(self)
        for dtype in (_OWN, *DTYPES):
            action = _entry(self, floats, dtype or "As the model has them")
            action.triggered.connect(lambda _=False, dtype=dtype: self.set_dtype(dtype))
            self.dtypes[dtype] = action
        self.aboutToShow.connect(self.show_basis)
        self.show_basis()

    def show_basis(self) -> None:
        """Check the entries of the session's basis."""
        document, basis = self._session.document, self._session.view.basis
        own = "" if document is None else f" ({own_dtype(document.graph)})"
        self.dtypes[_OWN].setText(f"As the model has them{own}")
        self.dtypes[basis.dtype or _OWN].setChecked(True)
        for size, action in self.batches.items():
            action.setChecked(size == basis.batch)
        self.batch.setValue(basis.batch)

    def set_batch(self, size: int) -> None:
        """Count for ``size`` samples."""
        self._session.set_basis(MemoryBasis(size, self._session.view.basis.dtype))

    def set_dtype(self, dtype: str) -> None:
        """Count floating-point values as ``dtype``; "" is the model's own."""
        self._session.set_basis(MemoryBasis(self._session.view.basis.batch, dtype or None))

    def _spin(self) -> QWidgetAction:
        self.batch.setRange(1, LARGEST_BATCH)
        self.batch.setGroupSeparatorShown(True)
        self.batch.setFont(font(12, tabular=True))
        self.batch.setAccessibleName("Batch size")
        self.batch.setKeyboardTracking(False)
        self.batch.valueChanged.connect(self.set_batch)
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(12, 2, 12, 4)
        layout.addWidget(label("Samples", tone="text-2"))
        layout.addWidget(self.batch, 1)
        holder = QWidgetAction(self)
        holder.setDefaultWidget(line)
        return holder


def _entry(menu: QMenu, group: QActionGroup, text: str) -> QAction:
    action = menu.addAction(text)
    action.setCheckable(True)
    group.addAction(action)
    return action


class BasisButton(HintButton):
    """Shows a text such as "float32, batch 1", set by its owner; a click opens the menu."""

    def __init__(self, session: Session, text: str = "") -> None:
        super().__init__(text, tail="chevron-down")
        self._session = session
        self._menu: BasisMenu | None = None
        self.setProperty("quiet", "true")
        self._row.setContentsMargins(0, 0, 2, 0)
        self._row.setSpacing(3)
        self._text.setFont(font(11, tabular=True))
        self.setToolTip("Batch size and dtype that memory is counted for")
        self.clicked.connect(self._open)
        self.set_theme()

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 20)

    @property
    def choices(self) -> BasisMenu:
        """The menu, made at first use."""
        if self._menu is None:
            self._menu = BasisMenu(self._session, self)
        return self._menu

    def set_theme(self) -> None:
        """Use the session's theme."""
        self.set_colors(text="text-2", glyph=self._session.theme["text-3"])

    def _open(self) -> None:
        menu = self.choices
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        menu.batch.setFocus(Qt.FocusReason.PopupFocusReason)
