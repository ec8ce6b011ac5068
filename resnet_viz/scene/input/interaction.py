"""What the pointer and the keys do to a picture: select, open, walk, move."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import Item, Target
from resnet_viz.scene.camera import Camera
from resnet_viz.scene.highlight import Highlight
from resnet_viz.scene.hit import LINE_TOLERANCE, toggled_group
from resnet_viz.scene.input.gestures import Gesture, gesture_for, second_press
from resnet_viz.scene.input.tooltip import Tip
from resnet_viz.scene.item import to_qt
from resnet_viz.scene.mirror import Mirror
from resnet_viz.scene.transitions.anchoring import own_items, representative
from resnet_viz.scene.walk import Direction


class Reports(msgspec.Struct, frozen=True):
    """Whom to tell of what the reader did.

    Attributes:
        picked: the reader selected these.
        toggled: the reader opened or closed the group with this id.
        hovered: the pointer came to a target, or to nothing.
        moved: the reader moved or zoomed the picture.
        focused: the keyboard is on this item.
    """

    picked: Callable[[tuple[Target, ...]], None]
    toggled: Callable[[str], None]
    hovered: Callable[[Target | None], None]
    moved: Callable[[], None]
    focused: Callable[[Item], None]


class Interaction:
    """Turns gestures and keys into changes of selection and camera."""

    def __init__(
        self, viewport: QWidget, mirror: Mirror, camera: Camera, light: Highlight, reports: Reports
    ) -> None:
        self._viewport = viewport
        self._mirror = mirror
        self._camera = camera
        self._light = light
        self._reports = reports
        self._tip = Tip(viewport)
        self._gesture: Gesture | None = None
        self._space = False

    # -- pointer ---------------------------------------------------------------------------

    def press(self, event: QMouseEvent, *, second: bool = False) -> bool:
        """A button goes down; ``second`` for a double-click. False if it means nothing."""
        self._tip.hide()
        if self._gesture is not None and self._gesture.ends_with(event):
            self.cancel()  # its release went to somebody else
        if self._gesture is None:
            begin = second_press if second else gesture_for
            self._gesture = begin(self, event, space=self._space)
        return self._gesture is not None

    def move(self, event: QMouseEvent) -> None:
        """The pointer moves."""
        if self._gesture is not None:
            self._gesture.move(event)
        else:
            self.hover(self.item_at(event.position()), event.globalPosition())

    def release(self, event: QMouseEvent) -> None:
        """A button goes up."""
        if self._gesture is not None and self._gesture.ends_with(event):
            gesture, self._gesture = self._gesture, None
            gesture.release(event)

    def cancel(self) -> None:
        """The pointer or the focus is lost: whatever is under way ends without effect."""
        if self._gesture is not None:
            self._gesture.cancel()
        self._gesture = None
        self.show_hand(None)

    def leave(self) -> None:
        """The focus is gone, and with it the release of Space."""
        self._space = False
        self.cancel()

    def item_at(self, at: QPointF) -> Item | None:
        """The item at a point of the viewport."""
        return self._mirror.item_at(self._camera.to_scene(at), LINE_TOLERANCE / self._camera.zoom)

    def hover(self, item: Item | None, at: QPointF | None = None) -> None:
        """The pointer is on an item, or on none; ``at`` is on the screen."""
        where = (at or QPointF()).toPoint()
        if not self._light.hover(item):
            self._tip.move(where)
            return
        self._tip.point_at(item, where)
        self._reports.hovered(item.target if item else None)

    # -- what gestures ask for ---------------------------------------------------------------

    def pan_by(self, by: QPointF) -> None:
        """Move the picture by pixels."""
        self._camera.stop()
        self._camera.pan(by)
        self._reports.moved()

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Zoom at a point of the viewport."""
        self._tip.hide()
        self._camera.zoom_to(self._camera.zoom * factor, at)
        self._reports.moved()

    def click(self, at: QPointF, *, add: bool) -> None:
        """Select what lies at a point; with ``add`` add it to the selection or take it out."""
        item = self.item_at(at)
        target = item.target if item else None
        if not add:
            self._pick((target,) if target else ())
        elif target in self._light.selected:
            self._pick(tuple(other for other in self._light.selected if other != target))
        elif target is not None:
            self._pick((*self._light.selected, target))

    def double_click(self, at: QPointF) -> None:
        """Open or close the group at a point."""
        item, point = self.item_at(at), self._camera.to_scene(at)
        group = toggled_group(item, (point.x(), point.y())) if item else None
        if group is not None:
            self._reports.toggled(group)

    def show_hand(self, shape: Qt.CursorShape | None) -> None:
        """Show a hand as cursor; without ``shape`` the usual cursor."""
        if shape is None and self._space:
            shape = Qt.CursorShape.OpenHandCursor
        if shape is None:
            self._viewport.unsetCursor()
        else:
            self._viewport.setCursor(shape)

    # -- what keys ask for -------------------------------------------------------------------

    def hold_space(self, *, down: bool) -> None:
        """Space turns drags into pans while it is held."""
        self._space = down
        if self._gesture is None:
            self.show_hand(None)

    def walk(self, direction: Direction) -> None:
        """Go along an edge or to the next column, and select what is there."""
        target = self._light.step(direction)
        if target is not None:
            self._pick((target,))
            self.reveal(target)
            if self._light.cursor is not None:
                self._reports.focused(self._light.cursor)

    def toggle_selected(self) -> None:
        """Open or close the selected group, or the focused one if nothing is selected."""
        cursor = self._light.cursor
        selected = self._light.selected or ((cursor.target,) if cursor else ())
        if len(selected) == 1 and selected[0] is not None and selected[0].kind == "group":
            self._reports.toggled(selected[0].id)

    def escape(self) -> None:
        """Close the selected block if it is open, else select nothing."""
        if self._gesture is not None:
            self.cancel()
            return
        shown, selected = self._mirror.display_list, self._light.selected
        if shown is not None and len(selected) == 1:
            item = representative(shown, selected[0])
            if item.kind == "frame" and selected[0].kind == "group":
                self._reports.toggled(selected[0].id)
                return
        self._pick(())

    def turn_page(self, pages: float) -> None:
        """Scroll down by view heights."""
        self.pan_by(QPointF(0, -pages * self._viewport.height()))

    # -- places --------------------------------------------------------------------------------

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
            self._reports.moved()

    def _pick(self, targets: tuple[Target, ...]) -> None:
        self._light.select(targets)
        self._reports.picked(targets)
