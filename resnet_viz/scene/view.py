"""QGraphicsView that leads all Qt events to the canvas's handlers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGestureEvent,
    QGraphicsScene,
    QGraphicsView,
    QMenu,
    QPinchGesture,
    QWidget,
)

from resnet_viz.scene.input.drop import dropped_files
from resnet_viz.scene.input.gestures import Pinch, Wheel
from resnet_viz.scene.input.interaction import Interaction
from resnet_viz.scene.input.keyboard import Keyboard
from resnet_viz.typing_compat import override

_KEYBOARD_REASONS = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})


class PictureView(QGraphicsView):
    """Base of the canvas; the subclass calls ``_set_up`` with the handlers that it made.

    Signals:
        files_dropped: a tuple of the paths that were dropped here.
        menu_wanted(QMenu): a context menu is about to be shown, and to be filled.
    """

    files_dropped = Signal(object)
    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Qt's own viewport has no Python object: asked for it, PySide makes the classes of every
        # kind of widget with all their enums, to find the one that it is. That takes 20 ms.
        self.setViewport(QWidget())

    def _set_up(self, scene: QGraphicsScene, interaction: Interaction, keyboard: Keyboard) -> None:
        self._interaction = interaction
        self._keyboard = keyboard
        self._wheel = Wheel(interaction)
        self._pinch = Pinch(interaction)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setInteractive(False)  # gestures are ours
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName("Diagram")
        self.viewport().setMouseTracking(True)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    def _resized(self, old: QSize) -> None:
        """Handle a change of the viewport's size from ``old``."""
        raise NotImplementedError

    def _show_focus(self, *, shown: bool) -> None:
        """Show or hide the focus ring: the focus came by the keyboard, or is gone."""
        raise NotImplementedError

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized(event.oldSize())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._interaction.press(event))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._interaction.press(event, second=True))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._interaction.move(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._interaction.release(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self._interaction.point_menu(QPointF(event.pos()))
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu_wanted.emit(menu)
        if not menu.isEmpty():
            menu.popup(event.globalPos())

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel.turn(event)
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._keyboard.press(event))

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._keyboard.release(event))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in _KEYBOARD_REASONS:
            self._show_focus(shown=True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._interaction.leave()
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # menus and tooltips give it back
            self._show_focus(shown=False)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self._interaction.hover(None)
        elif kind == QEvent.Type.ToolTip:
            return True  # the canvas has tooltips of its own
        elif isinstance(event, QNativeGestureEvent):
            return self._pinch.native(event)
        elif isinstance(event, QGestureEvent):
            return self._pinched(event)
        return super().viewportEvent(event)

    def _pinched(self, event: QGestureEvent) -> bool:
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(gesture, QPinchGesture):
            return False
        at = self.viewport().mapFromGlobal(gesture.centerPoint().toPoint())
        self._pinch.touch(gesture, QPointF(at))
        event.accept(gesture)
        return True

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.setAccepted(bool(dropped_files(event.mimeData())))

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(bool(dropped_files(event.mimeData())))

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)
