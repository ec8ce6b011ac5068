"""Bottom dock: tabs, the hint beside them, and the content of the current tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from resnet_viz.gui.widgets.controls import row
from resnet_viz.gui.widgets.elided_label import ElidedLabel
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

TabName: TypeAlias = Literal["cost", "layers", "problems", "field", "run", "log"]
TABS: Final[dict[TabName, str]] = {
    "cost": "Cost",
    "layers": "Layers",
    "problems": "Problems",
    "field": "Field",
    "run": "Run",
    "log": "Log",
}
HEIGHT: Final = 190
_TABS_HEIGHT: Final = 30


Maker: TypeAlias = Callable[[], "TabWidget"]


class TabWidget(QWidget):
    """Base of the tabs' contents.

    Signals:
        picked(object): something was chosen: a tuple of Targets.
        hint_changed(): ``hint`` says something else.
        room_wanted(int): the content needs a dock of this height.
        failed(Exception): something that the user asked for in the tab has failed.
        menu_wanted(QMenu): a context menu of the selection is about to be shown.
    """

    picked = Signal(object)
    menu_wanted = Signal(object)
    hint_changed = Signal()
    room_wanted = Signal(int)
    failed = Signal(object)

    @property
    def hint(self) -> str:
        """Text beside the tabs."""
        return ""

    def corner(self) -> QWidget | None:
        """Small controls beside the tabs."""
        return None

    def focus_widget(self) -> QWidget:
        """The widget that F6 gives the focus to."""
        return self

    def go_to_search(self) -> bool:
        """Go to the tab's own search field; False if it has none."""
        return False

    def stop(self) -> None:
        """End the tab's threads; the program ends."""


class Dock(QWidget):
    """Tabs, each made when it is first shown.

    Signals:
        picked(object): something was chosen in a tab: a tuple of Targets.
        tab_changed(str): another tab is shown.
        room_wanted(int): the shown tab needs this height.
        failed(Exception): something that the user asked for in a tab has failed.
        menu_wanted(QMenu): a context menu of the selection is about to be shown.
    """

    picked = Signal(object)
    menu_wanted = Signal(object)
    tab_changed = Signal(str)
    room_wanted = Signal(int)
    failed = Signal(object)

    def __init__(self, makers: Mapping[TabName, Maker]) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._makers = dict(makers)
        self._made: dict[TabName, TabWidget] = {}
        self._names: tuple[TabName, ...] = tuple(makers)
        self.tabs = QTabBar()
        self.hint = ElidedLabel("", size=11, tone="text-3", tabular=True)
        self._stack = QStackedWidget()
        self._corner = QStackedWidget()
        self._build()

    def _build(self) -> None:
        self.tabs.setObjectName("dockTabs")
        self.tabs.setFont(font(12))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setFixedHeight(_TABS_HEIGHT - 1)
        self.tabs.setAccessibleName("Bottom dock")
        for name in self._names:
            self.tabs.addTab(TABS[name])
        self.tabs.currentChanged.connect(self._show)
        head = QWidget()
        head.setObjectName("header")
        head.setFixedHeight(_TABS_HEIGHT)
        self._corner.addWidget(QWidget())
        self._corner.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._corner.hide()
        line = row(self.tabs, self._corner, 1, self.hint, spacing=12)
        line.setContentsMargins(4, 0, 12, 1)
        head.setLayout(line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._stack, 1)

    @override
    def sizeHint(self) -> QSize:
        return QSize(900, HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        # The tabs and a few lines.
        return QSize(320, 110)

    # -- tabs ------------------------------------------------------------------------------------

    @property
    def current(self) -> TabName:
        """The shown tab's name."""
        return self._names[max(self.tabs.currentIndex(), 0)]

    def add(self, name: TabName, maker: Maker) -> None:
        """Add a tab behind the others."""
        self._makers[name] = maker
        self._names = (*self._names, name)
        self.tabs.addTab(TABS[name])

    def show_tab(self, name: str) -> None:
        """Show a tab; an unknown name shows the first."""
        index = self._names.index(name) if name in self._names else 0
        self.tabs.setCurrentIndex(index)
        self._show(index)

    def content(self, name: TabName) -> TabWidget:
        """Content of a tab, made at first use."""
        if name not in self._made:
            made = self._makers[name]()
            made.picked.connect(self.picked)
            made.menu_wanted.connect(self.menu_wanted)
            made.failed.connect(self.failed)
            made.room_wanted.connect(lambda height: self.room_wanted.emit(height + _TABS_HEIGHT))
            made.hint_changed.connect(self._show_hint)
            self._stack.addWidget(made)
            corner = made.corner()
            if corner is not None:
                self._corner.addWidget(corner)
            self._made[name] = made
        return self._made[name]

    def made(self, name: TabName) -> TabWidget | None:
        """Content of a tab; None if it has not been made."""
        return self._made.get(name)

    def focus_widget(self) -> QWidget:
        """The widget that F6 gives the focus to."""
        made = self._made.get(self.current)
        return self.tabs if made is None else made.focus_widget()

    def go_to_search(self) -> bool:
        """Go to the shown tab's own search field; False if it has none."""
        made = self._made.get(self.current)
        return made is not None and made.go_to_search()

    def stop(self) -> None:
        """End the threads of the tabs."""
        for made in self._made.values():
            made.stop()

    def set_count(self, name: TabName, count: int) -> None:
        """Show a number behind the title of a tab, unless it is 0."""
        text = f"{TABS[name]} {count:,}" if count else TABS[name]
        self.tabs.setTabText(self._names.index(name), text)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        # The tab becomes visible with the dock.
        super().showEvent(event)
        self.tab_changed.emit(self.current)

    def _show(self, index: int) -> None:
        content = self.content(self._names[index])
        if self._stack.currentWidget() is not content:
            self._stack.setCurrentWidget(content)
        corner = content.corner()
        self._corner.setVisible(corner is not None)
        if corner is not None:
            self._corner.setCurrentWidget(corner)
        self._show_hint()
        self.tab_changed.emit(self._names[index])

    def _show_hint(self) -> None:
        made = self._made.get(self.current)
        self.hint.set_whole_text("" if made is None else made.hint)
