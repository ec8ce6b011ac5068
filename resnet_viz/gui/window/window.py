"""The main window: menu, tool bar, canvas and status bar; panels are made when first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QMainWindow,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QStackedWidget,
    QStatusBar,
    QToolTip,
    QWidget,
)

from resnet_viz.gui.commands.actions import Actions
from resnet_viz.gui.notices.bar import NoticeBar
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import column, label, row
from resnet_viz.gui.widgets.style_sheet import palette, style_sheet
from resnet_viz.gui.window.empty_page import EmptyPage
from resnet_viz.gui.window.status_bar import StatusBar
from resnet_viz.gui.window.toolbar import Toolbar
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable
from resnet_viz.scene.canvas import Canvas
from resnet_viz.scene.input.drop import dropped_files
from resnet_viz.services.preferences import Preferences
from resnet_viz.typing_compat import override

if TYPE_CHECKING:  # at run time they are imported when first used
    from resnet_viz.gui.dock.dock import Dock
    from resnet_viz.gui.inspector.panel import Inspector
    from resnet_viz.gui.outline.panel import Outline

SIZE: Final = QSize(1600, 1000)
_FRAME: Final = QSize(16, 48)
"""Room for the frame that a window manager adds, which is known only once the window is shown."""
_AREAS: Final = {
    "outline": Qt.DockWidgetArea.LeftDockWidgetArea,
    "inspector": Qt.DockWidgetArea.RightDockWidgetArea,
    "dock": Qt.DockWidgetArea.BottomDockWidgetArea,
}
_LEFT, _RIGHT, _BELOW = 232, 304, 190


class MainWindow(QMainWindow):
    """The frame with canvas and controls; ``gui.command_handlers`` says what the controls do.

    Outline, inspector and bottom dock are made when they are first used, which the program sees to
    once the first picture has been painted.

    Signals:
        picked(object): targets were chosen in a panel: a tuple of Targets.
        menu_wanted(QMenu): a context menu of the selection is about to be shown, and filled.
        toggle_requested(str): a group is to be opened or closed in place.
        open_requested(str): a group is to be opened down to its layers, or closed.
        files_dropped(object): a tuple of the paths dropped on the window or its canvas.
        closing(): the window closes.
        stopped(): the program ends; panels end their threads.
    """

    picked = Signal(object)
    menu_wanted = Signal(object)
    toggle_requested = Signal(str)
    open_requested = Signal(str)
    files_dropped = Signal(object)
    closing = Signal()
    stopped = Signal()

    def __init__(
        self, session: Session, make_dock: Callable[[], Dock], preferences: Preferences
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("resnet-viz")
        self.setAcceptDrops(True)
        self._session = session
        self._make_dock = make_dock
        self._preferences = preferences
        self.actions_by_id = Actions(self)
        self.menu_bar = QMenuBar()
        self.toolbar = Toolbar(session)
        self._middle = QWidget()
        self.notices = NoticeBar(session.theme, self._middle)
        self.canvas = Canvas(session.theme)
        self.empty = EmptyPage(session)
        self.status = StatusBar(session)
        self._pages = QStackedWidget()
        self._page: QWidget | None = None
        self._hidden: list[QWidget] = []
        self._build()
        self.canvas.files_dropped.connect(self.files_dropped)
        self.canvas.menu_wanted.connect(self.menu_wanted)
        session.theme_changed.connect(self._set_theme)
        session.document_changed.connect(self._show_document)
        self._set_theme()
        self._set_document_open(is_open=False)
        self.resize(SIZE.boundedTo(self._largest_size()))

    def _build(self) -> None:
        self.setMenuWidget(self._top())
        foot = QStatusBar()
        foot.setSizeGripEnabled(False)
        foot.setFixedHeight(26)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addPermanentWidget(self.status, 1)
        self.setStatusBar(foot)
        self._pages.setObjectName("ground")
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.canvas)
        self._middle.setLayout(column((self._pages, 1)))
        self.setCentralWidget(self._middle)
        self._docks = {name: self._dock(name, area) for name, area in _AREAS.items()}
        left, right, below = self._docks.values()
        self.resizeDocks([left, right], [_LEFT, _RIGHT], Qt.Orientation.Horizontal)
        self.resizeDocks([below], [_BELOW], Qt.Orientation.Vertical)
        self.setCorner(Qt.Corner.BottomLeftCorner, _AREAS["outline"])
        self.setCorner(Qt.Corner.BottomRightCorner, _AREAS["inspector"])

    def _top(self) -> QWidget:
        """Menu line (28 px, with the program's name) and tool bar (44 px)."""
        brand = label("resnet-viz", weight=600)
        brand.setObjectName("brand")
        bar = self.menu_bar
        bar.setFont(font(12))
        self.actions_by_id.fill(bar)
        line = QFrame()
        line.setObjectName("menuLine")
        line.setFixedHeight(28)
        line.setLayout(row(brand, bar, 1, spacing=0))
        bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        top = QWidget()
        top.setLayout(column(line, self.toolbar))
        return top

    def _dock(self, name: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(name.capitalize())
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(QWidget())
        dock.setWidget(QWidget())
        self.addDockWidget(area, dock)
        return dock

    def _fill(self, name: str, content: QWidget) -> None:
        """Put a panel in the place that was kept for it."""
        dock = self._docks[name]
        dock.widget().deleteLater()
        dock.setWidget(content)
        content.show()

    # -- panels ----------------------------------------------------------------------------------

    @cached_property
    def outline(self) -> Outline:
        """The outline panel."""
        from resnet_viz.gui.outline.panel import Outline

        outline = Outline(self._session, self._preferences)
        outline.picked.connect(self.picked)
        outline.tree.menu_wanted.connect(self.menu_wanted)
        outline.toggle_requested.connect(self.toggle_requested)
        self.stopped.connect(outline.stop)
        self._fill("outline", outline)
        return outline

    @cached_property
    def inspector(self) -> Inspector:
        """The inspector panel."""
        from resnet_viz.gui.inspector.panel import Inspector

        inspector = Inspector(self._session)
        inspector.picked.connect(self.picked)
        inspector.open_requested.connect(self.open_requested)
        self.stopped.connect(inspector.stop)
        self._fill("inspector", inspector)
        return inspector

    @cached_property
    def bottom(self) -> Dock:
        """The bottom dock."""
        dock = self._make_dock()
        dock.picked.connect(self.picked)
        dock.menu_wanted.connect(self.menu_wanted)
        dock.room_wanted.connect(self._make_room)
        self._fill("dock", dock)
        return dock

    def _make_room(self, height: int) -> None:
        """Make the bottom dock at least so high, but leave the canvas half of the window."""
        dock = self._docks["dock"]
        wanted = min(height, self.height() // 2)
        if dock.height() < wanted:
            self.resizeDocks([dock], [wanted], Qt.Orientation.Vertical)

    @property
    def current_page(self) -> QWidget:
        """The canvas, or the page in its place while no model is open."""
        return self._pages.currentWidget() or self.empty

    def panel(self, name: str) -> QDockWidget:
        """The dock widget "outline", "inspector" or "dock" (the one at the bottom)."""
        return self._docks[name]

    def menus(self) -> tuple[QMenu, ...]:
        """The menus in the menu bar."""
        held = (action.menu() for action in self.menu_bar.actions())
        return tuple(menu for menu in held if isinstance(menu, QMenu))

    def panes(self) -> tuple[QWidget, ...]:
        """The visible panes in F6's order: canvas, outline, inspector, bottom dock."""
        all_panes = (
            self.canvas,
            self.outline.tree,
            self.inspector.area,
            self.bottom.focus_widget(),
        )
        return tuple(pane for pane in all_panes if pane.isVisible())

    def focus_next_pane(self) -> None:
        """Give the focus to the next visible pane, to the first if none has it."""
        panes, focused = self.panes(), self.focusWidget()
        current = next(
            (
                index
                for index, pane in enumerate(panes)
                if pane is focused or pane.isAncestorOf(focused)
            ),
            -1,
        )
        if panes:
            panes[(current + 1) % len(panes)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def restore(self, geometry: QByteArray | None, panes: QByteArray | None = None) -> None:
        """Take the size, position and sizes of the panes of the last run, if they are sound."""
        if panes is not None:
            self.restoreState(panes)
        if geometry is not None and self.restoreGeometry(geometry) and not self.isMaximized():
            self._keep_on_screen()

    def _largest_size(self) -> QSize:
        """Size of the largest window that fits the screen with its frame."""
        return self.screen().availableSize() - _FRAME

    def _keep_on_screen(self) -> None:
        """Make the window fit the screen, and move it there, with its frame."""
        area = self.screen().availableGeometry()
        self.resize(self.size().boundedTo(self._largest_size()))
        left = min(self.x(), area.right() + 1 - self.width() - _FRAME.width())
        top = min(self.y(), area.bottom() + 1 - self.height() - _FRAME.height())
        self.move(max(left, area.left()), max(top, area.top()))

    # -- following the session -------------------------------------------------------------------

    @property
    def page(self) -> QWidget | None:
        """The page that is shown in place of the model; None if none is."""
        return self._page

    def show_page(self, page: QWidget, *, head: int) -> None:
        """Show a page in place of the model, its tool bar and its panels.

        ``head``: pixels at its top that notices must not cover.
        """
        if self._page is None:
            parts = (self.toolbar, *self._docks.values())
            self._hidden = [each for each in parts if each.isVisible()]
            for each in self._hidden:
                each.hide()
        self._page = page
        self.notices.set_top(head)
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self._set_document_open(is_open=False)
        page.setFocus()

    def close_page(self) -> None:
        """Show the model again."""
        if self._page is None:
            return
        self._pages.removeWidget(self._page)
        self._page = None
        self.notices.set_top(0)
        for each in self._hidden:
            each.show()
        self._hidden = []
        is_open = self._session.document is not None
        self._set_document_open(is_open=is_open)
        self._pages.setCurrentWidget(self.canvas if is_open else self.empty)
        self.canvas.setFocus()

    def _show_document(self) -> None:
        document = self._session.document
        self._set_document_open(is_open=document is not None and self._page is None)
        if document is not None:
            self.setWindowTitle(f"{printable(document.title)} – resnet-viz")
            focused = self.focusWidget()
            had_focus = focused is self.empty or self.empty.isAncestorOf(focused)
            if self._page is None:
                self._pages.setCurrentWidget(self.canvas)
            if had_focus:
                self.canvas.setFocus()

    def _set_document_open(self, *, is_open: bool) -> None:
        self.actions_by_id.set_document_open(is_open)
        self.toolbar.set_enabled(has_document=is_open)

    def _set_theme(self) -> None:
        theme = self._session.theme
        self.setPalette(palette(theme))
        self.setStyleSheet(style_sheet(theme))
        self.actions_by_id.set_theme(theme)
        self.notices.set_theme(theme)
        self.canvas.set_theme(theme)

    # -- events ----------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear the selection on Esc wherever the focus is, if what has it makes nothing of Esc."""
        if event.key() == Qt.Key.Key_Escape:
            QToolTip.hideText()
            self._session.select(())
            self._session.show_paths(None)
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)
