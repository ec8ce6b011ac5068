"""A QGraphicsView without habits of its own: it leads all events to the canvas's handlers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
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
    QPinchGesture,
)

from resnet_viz.scene.input.drop import dropped_files
from resnet_viz.scene.input.gestures import Pinch, Wheel
from resnet_viz.scene.input.interaction import Interaction
from resnet_viz.scene.input.keyboard import Keyboard

_KEYBOARD_REASONS = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})


class PictureView(QGraphicsView):
    """Base of the canvas; the subclass makes the handlers, then calls ``_set_up``."""

    files_dropped = Signal(object)

    _hands: Interaction
    _keyboard: Keyboard

    def _set_up(self, scene: QGraphicsScene) -> None:
        self._wheel = Wheel(self._hands)
        self._pinch = Pinch(self._hands)
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
        """The viewport got another size than ``old``."""
        raise NotImplementedError

    def _show_focus(self, *, shown: bool) -> None:
        """The focus came by the keyboard, or is gone."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in view what was in view."""
        super().resizeEvent(event)
        self._resized(event.oldSize())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        event.setAccepted(self._hands.press(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Begin a double-click's gesture."""
        event.setAccepted(self._hands.press(event, second=True))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or hover."""
        self._hands.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        self._hands.release(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, or on a trackpad move."""
        self._wheel.turn(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key stands for; others are the window's."""
        event.setAccepted(self._keyboard.press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of Space."""
        event.setAccepted(self._keyboard.release(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is, if it brought the focus."""
        if event.reason() in _KEYBOARD_REASONS:
            self._show_focus(shown=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End what is under way; a menu or tooltip takes the focus only for a moment."""
        self._hands.leave()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._show_focus(shown=False)

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinches, and the pointer leaving."""
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self._hands.hover(None)
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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        event.setAccepted(bool(dropped_files(event.mimeData())))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take files anywhere."""
        event.setAccepted(bool(dropped_files(event.mimeData())))

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over the files' paths."""
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)
