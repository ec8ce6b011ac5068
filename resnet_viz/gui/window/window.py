"""The main window: puts menu, tool bar, panels, canvas and status bar into their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QMainWindow,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QStackedWidget,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from resnet_viz.gui.commands.actions import Actions
from resnet_viz.gui.dock.dock import HEIGHT, Dock
from resnet_viz.gui.inspector.panel import Inspector
from resnet_viz.gui.notices.bar import NoticeBar
from resnet_viz.gui.outline.panel import Outline
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.style_sheet import palette, style_sheet
from resnet_viz.gui.window.empty_page import EmptyPage
from resnet_viz.gui.window.status_bar import StatusBar
from resnet_viz.gui.window.toolbar import Toolbar
from resnet_viz.paint.fonts import font
from resnet_viz.scene.canvas import Canvas
from resnet_viz.scene.input.drop import dropped_files

SIZE: Final = QSize(1600, 1000)
_LEFT, _RIGHT = 232, 304


class MainWindow(QMainWindow):
    """The parts and their places; what they do is in ``gui.controller``.

    Attributes:
        on_close: asked to tidy up when the window closes.
        on_drop: given the paths of files that were dropped anywhere on the window.
    """

    def __init__(self, session: Session, dock: Dock) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("resnet-viz")
        self.setAcceptDrops(True)
        self.on_close: Callable[[], None] = lambda: None
        self.on_drop: Callable[[tuple[str, ...]], None] = lambda _: None
        self._session = session
        self.actions_by_id = Actions(self)
        self.menu_bar = QMenuBar()
        self.toolbar = Toolbar(session)
        self.outline = Outline(session)
        self.inspector = Inspector(session)
        self.bottom = dock
        self.notices = NoticeBar(session.theme)
        self.canvas = Canvas(session.theme)
        self.empty = EmptyPage(session)
        self.status = StatusBar(session)
        self._ground = QStackedWidget()
        self._build()
        session.theme_changed.connect(self._set_theme)
        session.document_changed.connect(self._show_document)
        self._set_theme()
        self._set_document_open(is_open=False)
        self.resize(SIZE.boundedTo(self.screen().availableSize()))

    def _build(self) -> None:
        self.setMenuWidget(self._top())
        foot = QStatusBar()
        foot.setSizeGripEnabled(False)
        foot.setFixedHeight(26)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addPermanentWidget(self.status, 1)
        self.setStatusBar(foot)
        self._ground.setObjectName("ground")
        self._ground.addWidget(self.empty)
        self._ground.addWidget(self.canvas)
        self.setCentralWidget(self._middle())
        self._left = self._dock("Outline", self.outline, Qt.DockWidgetArea.LeftDockWidgetArea)
        self._right = self._dock("Inspector", self.inspector, Qt.DockWidgetArea.RightDockWidgetArea)
        self._below = self._dock("Dock", self.bottom, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.resizeDocks([self._left, self._right], [_LEFT, _RIGHT], Qt.Orientation.Horizontal)
        self.resizeDocks([self._below], [HEIGHT], Qt.Orientation.Vertical)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)

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
        places = QVBoxLayout(top)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(0)
        places.addWidget(line)
        places.addWidget(self.toolbar)
        return top

    def _middle(self) -> QWidget:
        middle = QWidget()
        places = QVBoxLayout(middle)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(0)
        places.addWidget(self.notices)
        places.addWidget(self._ground, 1)
        return middle

    def _dock(self, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(name)
        dock.setObjectName(name.lower())
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(QWidget())
        dock.setWidget(content)
        self.addDockWidget(area, dock)
        return dock

    # -- panels ----------------------------------------------------------------------------------

    def stop(self) -> None:
        """End what the panels do aside."""
        self.outline.stop()
        self.inspector.stop()

    def panel(self, name: str) -> QDockWidget:
        """The dock "outline", "inspector" or "dock" (the one at the bottom)."""
        return {"outline": self._left, "inspector": self._right, "dock": self._below}[name]

    def menus(self) -> tuple[QMenu, ...]:
        """The menus in the menu bar."""
        held = (action.menu() for action in self.menu_bar.actions())
        return tuple(menu for menu in held if isinstance(menu, QMenu))

    def panes(self) -> tuple[QWidget, ...]:
        """What F6 walks through: canvas, outline, inspector, bottom dock; the shown ones."""
        all_panes = (
            self.canvas, self.outline.tree, self.inspector.area, self.bottom.focus_widget(),
        )  # fmt: skip
        return tuple(pane for pane in all_panes if pane.isVisible())

    def focus_next_pane(self) -> None:
        """Give the focus to the next shown pane."""
        panes = self.panes()
        if not panes:
            return
        now = next(
            (i for i, p in enumerate(panes) if p.hasFocus() or p.isAncestorOf(self.focusWidget())),
            -1,
        ) if self.focusWidget() else -1  # fmt: skip
        panes[(now + 1) % len(panes)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def restore(self, geometry: QByteArray | None) -> None:
        """Take size and place of the last run, if they are sound."""
        if geometry is not None:
            self.restoreGeometry(geometry)

    # -- following the session -------------------------------------------------------------------

    def _show_document(self) -> None:
        document = self._session.document
        self._set_document_open(is_open=document is not None)
        if document is not None:
            self.setWindowTitle(f"{document.title} – resnet-viz")
            focused = self.focusWidget()
            had_focus = focused is self.empty or self.empty.isAncestorOf(focused)
            self._ground.setCurrentWidget(self.canvas)
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

    # -- Qt's events -----------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt's: the window closes."""
        self.on_close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt's: takes files."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt's: hands over the files."""
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.on_drop(paths)
