"""Access to a canvas through its public face: items, overlays, visible area, pointer events."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QMouseEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.scene.canvas import Canvas
from resnet_viz.scene.item import PictureItem
from resnet_viz.scene.overlays.zoom_control import ZoomControl

_Overlay = TypeVar("_Overlay", bound=QWidget)


def picture_of(canvas: Canvas) -> DisplayList:
    assert canvas.display_list is not None
    return canvas.display_list


def graphics(canvas: Canvas) -> dict[str, PictureItem]:
    """The graphics items of the scene by id, in drawing order."""
    items = reversed(canvas.scene().items())
    return {item.item.id: item for item in items if isinstance(item, PictureItem)}


def animating(canvas: Canvas) -> bool:
    """True while items glide to new positions or the camera moves."""
    animations = canvas.findChildren(QVariantAnimation)
    return any(one.state() == QVariantAnimation.State.Running for one in animations)


def overlay(canvas: Canvas, kind: type[_Overlay]) -> _Overlay:
    found = canvas.findChild(kind)
    assert isinstance(found, kind)
    return found


def zoom_button(canvas: Canvas, tooltip: str) -> QAbstractButton:
    """The button of the zoom control whose tooltip begins so."""
    buttons = overlay(canvas, ZoomControl).findChildren(QAbstractButton)
    (button,) = (button for button in buttons if button.toolTip().startswith(tooltip))
    return button


def scene_at(canvas: Canvas, at: QPoint) -> QPointF:
    inverted, _ = canvas.viewportTransform().inverted()
    return inverted.map(QPointF(at))


def visible_area(canvas: Canvas) -> QRectF:
    """The part of the scene that is seen."""
    rect = canvas.viewport().rect()
    return QRectF(scene_at(canvas, rect.topLeft()), scene_at(canvas, rect.bottomRight()))


def wheel(
    canvas: Canvas,
    at: QPoint,
    *,
    angle: int = 0,
    pixels: tuple[int, int] = (0, 0),
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    trackpad: bool = False,
) -> None:
    kind = QPointingDevice.DeviceType.TouchPad if trackpad else QPointingDevice.DeviceType.Mouse
    pointer = (
        QPointingDevice.PointerType.Finger if trackpad else QPointingDevice.PointerType.Generic
    )
    device = QPointingDevice("test", 1, kind, pointer, QPointingDevice.Capability.PixelScroll, 2, 3)
    event = QWheelEvent(
        QPointF(at), QPointF(canvas.mapToGlobal(at)), QPoint(*pixels), QPoint(0, angle),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        Qt.MouseEventSource.MouseEventNotSynthesized, device,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), event)


def pan(canvas: Canvas, dx: int, dy: int) -> None:
    """Move the picture by pixels, as two fingers on a trackpad do."""
    wheel(canvas, QPoint(1, 1), pixels=(dx, dy), trackpad=True)


def look_at(canvas: Canvas, point: QPointF, at: QPoint | None = None) -> None:
    """Bring a point of the scene to a pixel of the viewport, by default its middle."""
    goal = QPointF(canvas.viewport().rect().center() if at is None else at)
    by = (goal - canvas.viewportTransform().map(point)).toPoint()
    if by != QPoint():
        pan(canvas, by.x(), by.y())


def point_at(canvas: Canvas, at: QPoint) -> None:
    """Move the pointer there; QTest.mouseMove would send the event some time later."""
    positions = QPointF(at), QPointF(canvas.viewport().mapToGlobal(at))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, *positions, none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas.viewport(), event)
