"""Gestures of the pointer on the canvas, one class for each."""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QPinchGesture

from resnet_viz.typing_compat import override

DRAG_FROM: Final = 4.0
"""Pixels that a press may move before it is a drag."""

_PER_NOTCH: Final = 1.2  # zoom factor of one notch of a wheel (120 units)
_PIXELS_TO_DOUBLE: Final = 200.0  # of a trackpad


class Host(Protocol):
    """The actions that gestures call."""

    def pan_by(self, by: QPointF) -> None:
        """Move the picture by pixels."""

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Zoom at a point of the viewport."""

    def click(self, at: QPointF, *, add: bool) -> None:
        """Select the item at a point of the viewport."""

    def double_click(self, at: QPointF) -> None:
        """Open or close the group at a point of the viewport."""

    def show_hand(self, shape: Qt.CursorShape | None) -> None:
        """Show a hand as cursor, or the usual one."""


class Gesture:
    """Gesture that begins with a press and ends with its button's release."""

    def __init__(self, host: Host, event: QMouseEvent) -> None:
        self._host = host
        self._button = event.button()
        self._at = event.position()

    def ends_with(self, event: QMouseEvent) -> bool:
        """True if the event releases the gesture's button."""
        return event.button() == self._button

    def move(self, event: QMouseEvent) -> None:
        """Handle a move while the button is down."""

    def release(self, event: QMouseEvent) -> None:
        """Handle the button's release."""

    def cancel(self) -> None:
        """End the gesture without effect."""


class Pan(Gesture):
    """Moves the picture with the pointer: middle button, or any with Space held."""

    def __init__(self, host: Host, event: QMouseEvent) -> None:
        super().__init__(host, event)
        host.show_hand(Qt.CursorShape.ClosedHandCursor)

    @override
    def move(self, event: QMouseEvent) -> None:
        self._host.pan_by(event.position() - self._at)
        self._at = event.position()

    @override
    def release(self, _event: QMouseEvent) -> None:
        self._host.show_hand(None)

    @override
    def cancel(self) -> None:
        self._host.show_hand(None)


class Press(Gesture):
    """Selects where the pointer is; a drag of more than 4 pixels moves the picture instead."""

    def __init__(self, host: Host, event: QMouseEvent) -> None:
        super().__init__(host, event)
        self._dragging = False
        self._start = event.position()

    @override
    def move(self, event: QMouseEvent) -> None:
        moved = event.position() - self._start
        if not self._dragging and moved.manhattanLength() > DRAG_FROM:
            self._dragging = True
            self._host.show_hand(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self._host.pan_by(event.position() - self._at)
            self._at = event.position()

    @override
    def release(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._host.show_hand(None)
            return
        adding = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        self._host.click(self._start, add=bool(event.modifiers() & adding))

    @override
    def cancel(self) -> None:
        self._host.show_hand(None)


class DoublePress(Press):
    """The second press of a double-click: opens or closes, if it does not turn into a drag."""

    def __init__(self, host: Host, event: QMouseEvent) -> None:
        super().__init__(host, event)
        host.double_click(event.position())

    @override
    def release(self, _event: QMouseEvent) -> None:
        if self._dragging:  # a click selects nothing: another picture may lie here now
            self._host.show_hand(None)


def gesture_for(host: Host, event: QMouseEvent, *, space: bool) -> Gesture | None:
    """The gesture that a press begins; None for buttons without one."""
    if event.button() == Qt.MouseButton.MiddleButton:
        return Pan(host, event)
    if event.button() == Qt.MouseButton.LeftButton:
        return Pan(host, event) if space else Press(host, event)
    return None


def second_press(host: Host, event: QMouseEvent, *, space: bool) -> Gesture | None:
    """The gesture that the second press of a double-click begins."""
    if event.button() == Qt.MouseButton.LeftButton and not space:
        return DoublePress(host, event)
    return gesture_for(host, event, space=space)


class Wheel:
    """Zooms at the pointer; two fingers on a trackpad move the picture, with Ctrl they zoom."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def turn(self, event: QWheelEvent) -> None:
        """Handle one wheel event."""
        device = event.pointingDevice()
        trackpad = device is not None and device.type() == QInputDevice.DeviceType.TouchPad
        pixels = event.pixelDelta()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if trackpad and not pixels.isNull():
            if control:
                self._host.zoom_by(2 ** (pixels.y() / _PIXELS_TO_DOUBLE), event.position())
            else:
                self._host.pan_by(QPointF(pixels))
        elif event.angleDelta().y():
            notches = event.angleDelta().y() / 120
            self._host.zoom_by(_PER_NOTCH**notches, event.position())


class Pinch:
    """Zooms at the middle of two fingers, on touch screens and trackpads."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def touch(self, gesture: QPinchGesture, at: QPointF) -> None:
        """Two fingers on a screen; ``at`` is their middle in the viewport."""
        if gesture.changeFlags() & QPinchGesture.ChangeFlag.ScaleFactorChanged:
            self._host.zoom_by(gesture.scaleFactor(), at)

    def native(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a trackpad; False if the event is another gesture."""
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._host.zoom_by(1.0 + event.value(), event.position())
            return True
        return False
