"""Interaction of pointer and keyboard with a picture: select, open, walk, move."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import Item, Target
from resnet_viz.scene.camera import Camera
from resnet_viz.scene.highlight import Highlight
from resnet_viz.scene.hit import LINE_TOLERANCE, toggled_group
from resnet_viz.scene.input.gestures import Gesture, gesture_for, second_press
from resnet_viz.scene.input.tooltip import ItemTooltip
from resnet_viz.scene.item import to_qt
from resnet_viz.scene.mirror import Mirror
from resnet_viz.scene.transitions.anchoring import own_items, representative
from resnet_viz.scene.walk import Direction


class Interaction(QObject):
    """Turns gestures and keys into changes of selection and camera.

    Signals:
        picked: the reader selected a tuple of Targets; empty for nothing.
        toggled: the reader wants to open or close the group with this id.
        hovered: the pointer came to a Target, or to None.
        moved: the reader moved or zoomed the picture.
        focused: the keyboard focus came to an Item.
    """

    picked = Signal(object)
    toggled = Signal(str)
    hovered = Signal(object)
    moved = Signal()
    focused = Signal(object)

    def __init__(
        self, viewport: QWidget, mirror: Mirror, camera: Camera, highlight: Highlight
    ) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._mirror = mirror
        self._camera = camera
        self._highlight = highlight
        self._tooltip = ItemTooltip(viewport)
        self._gesture: Gesture | None = None
        self._space = False

    # -- pointer ---------------------------------------------------------------------------

    def press(self, event: QMouseEvent, *, second: bool = False) -> bool:
        """Handle a button press, ``second`` of a double-click; False if it means nothing."""
        self._tooltip.hide()
        if self._gesture is not None and self._gesture.ends_with(event):
            self.cancel()  # its release went to somebody else
        if self._gesture is None:
            begin = second_press if second else gesture_for
            self._gesture = begin(self, event, space=self._space)
        return self._gesture is not None

    def move(self, event: QMouseEvent) -> None:
        """Handle a move of the pointer: go on with a gesture, or hover."""
        if self._gesture is not None:
            self._gesture.move(event)
        else:
            self.hover(self.item_at(event.position()), event.globalPosition())

    def release(self, event: QMouseEvent) -> None:
        """Handle a button release."""
        if self._gesture is not None and self._gesture.ends_with(event):
            gesture, self._gesture = self._gesture, None
            gesture.release(event)

    def cancel(self) -> None:
        """End a gesture without effect: the pointer or the focus is lost."""
        if self._gesture is not None:
            self._gesture.cancel()
        self._gesture = None
        self.show_hand(None)

    def leave(self) -> None:
        """Handle the loss of focus, and with it of the release of Space."""
        self._space = False
        self.cancel()

    def item_at(self, at: QPointF) -> Item | None:
        """The item at a point of the viewport."""
        return self._mirror.item_at(self._camera.to_scene(at), LINE_TOLERANCE / self._camera.zoom)

    def hover(self, item: Item | None, at: QPointF | None = None) -> None:
        """Highlight the item under the pointer, or none; ``at`` is on the screen."""
        position = (at or QPointF()).toPoint()
        if not self._highlight.hover(item):
            self._tooltip.move(position)
            return
        self._tooltip.point_at(item, position)
        self.hovered.emit(item.target if item else None)

    # -- gestures ----------------------------------------------------------------------------

    def pan_by(self, by: QPointF) -> None:
        """Move the picture by pixels."""
        self._camera.stop()
        self._camera.pan(by)
        self.moved.emit()

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Zoom at a point of the viewport."""
        self._tooltip.hide()
        self._camera.zoom_to(self._camera.zoom * factor, at)
        self.moved.emit()

    def click(self, at: QPointF, *, add: bool) -> None:
        """Select the item at a point; with ``add`` add it to the selection or take it out."""
        item = self.item_at(at)
        target = item.target if item else None
        if not add:
            self._pick((target,) if target else ())
        elif target in self._highlight.selected:
            self._pick(tuple(kept for kept in self._highlight.selected if kept != target))
        elif target is not None:
            self._pick((*self._highlight.selected, target))

    def point_menu(self, at: QPointF) -> None:
        """Select the item at a point for its context menu; what is selected there stays."""
        self._tooltip.hide()
        item = self.item_at(at)
        target = item.target if item else None
        if target not in self._highlight.selected:
            self._pick((target,) if target else ())

    def double_click(self, at: QPointF) -> None:
        """Open or close the group at a point."""
        item, point = self.item_at(at), self._camera.to_scene(at)
        group = toggled_group(item, (point.x(), point.y())) if item else None
        if group is not None:
            self.toggled.emit(group)

    def show_hand(self, shape: Qt.CursorShape | None) -> None:
        """Show a hand as cursor; without ``shape`` the usual cursor."""
        if shape is None and self._space:
            shape = Qt.CursorShape.OpenHandCursor
        if shape is None:
            self._viewport.unsetCursor()
        else:
            self._viewport.setCursor(shape)

    # -- keys -------------------------------------------------------------------------------

    def hold_space(self, *, down: bool) -> None:
        """Turn drags into pans while Space is held."""
        self._space = down
        if self._gesture is None:
            self.show_hand(None)

    def walk(self, direction: Direction) -> None:
        """Go along an edge or to the next column, and select the item there."""
        target = self._highlight.step(direction)
        if target is not None:
            self._pick((target,))
            self.reveal(target)
            if self._highlight.cursor is not None:
                self.focused.emit(self._highlight.cursor)

    def toggle_selected(self) -> None:
        """Open or close the selected group, or the focused one if nothing is selected."""
        cursor = self._highlight.cursor
        selected = self._highlight.selected or ((cursor.target,) if cursor else ())
        if len(selected) == 1 and selected[0] is not None and selected[0].kind == "group":
            self.toggled.emit(selected[0].id)

    def escape(self) -> None:
        """Close the selected block if it is open, else select nothing."""
        if self._gesture is not None:
            self.cancel()
            return
        shown, selected = self._mirror.display_list, self._highlight.selected
        if shown is not None and len(selected) == 1:
            item = representative(shown, selected[0])
            if item.kind == "frame" and selected[0].kind == "group":
                self.toggled.emit(selected[0].id)
                return
        self._pick(())

    def turn_page(self, pages: float) -> None:
        """Scroll down by view heights."""
        self.pan_by(QPointF(0, -pages * self._viewport.height()))

    # -- areas ---------------------------------------------------------------------------------

    def area_of(self, targets: tuple[Target, ...]) -> QRectF | None:
        """The extent of some targets' own items, with room around; None if none is shown."""
        area = QRectF()
        shown = self._mirror.display_list
        for target in targets:
            if shown is not None and target in shown.by_target:
                for item in own_items(shown, target):
                    area = area.united(to_qt(item.bounds))
        return None if area.isNull() else area.adjusted(-32, -32, 32, 32)

    def reveal(self, target: Target) -> None:
        """Scroll as little as brings a target into view."""
        shown = self._mirror.display_list
        if shown is None or target not in shown.by_target:
            return
        area = to_qt(representative(shown, target).bounds)
        if self._camera.bring_into_view(area):
            self.moved.emit()

    def _pick(self, targets: tuple[Target, ...]) -> None:
        self._highlight.select(targets)
        self.picked.emit(targets)
