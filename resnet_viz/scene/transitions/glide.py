"""Animation between two pictures: items glide to their new positions, new ones fade in."""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import QEasingCurve, QObject, QRectF, QVariantAnimation
from PySide6.QtWidgets import QApplication

from resnet_viz.drawing.display_list import Item, Point
from resnet_viz.paint.painter import STATE_MARGIN
from resnet_viz.scene.camera import DURATION
from resnet_viz.scene.item import to_qt
from resnet_viz.scene.mirror import Change, Mirror
from resnet_viz.scene.transitions.tween import alike, between, moved_by, shifted

_MOST_MOVING: Final = 600  # more would not keep 60 frames a second
_MOST_MORPHING: Final = 120
_STILL: Final = 0.01  # pixels


def reduced_motion() -> bool:
    """True if the system asks for no animations."""
    from PySide6.QtWidgets import (
        QStyle,  # its enums take long to make, and the first picture stands
    )

    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.style().styleHint(hint) <= 0


class _Morph(msgspec.Struct, frozen=True):
    start: Item
    end: Item


class Glide:
    """Animates a mirror's items, of which only those visible before or after."""

    def __init__(self, mirror: Mirror, parent: QObject) -> None:
        self._mirror = mirror
        self._moves: dict[str, Point] = {}
        self._morphs: dict[str, _Morph] = {}
        self._fades: tuple[str, ...] = ()
        self._animation = QVariantAnimation(parent)
        self._animation.setDuration(DURATION)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._show)
        self._animation.finished.connect(self._clear)

    @property
    def running(self) -> bool:
        """True while items move."""
        return bool(self._moves or self._morphs or self._fades)

    def start(self, change: Change, shift: Point, visible: QRectF) -> None:
        """Glide from the earlier picture to the one that the mirror shows now.

        Args:
            change: from the mirror's ``show``.
            shift: from the earlier picture's coordinates to those of the new one, so that
                everything starts where it was on the screen.
            visible: the visible part of the new picture.
        """
        self._read(change, shift, visible)
        if (
            len(self._moves) + len(self._morphs) > _MOST_MOVING
            or len(self._morphs) > _MOST_MORPHING
        ):
            self._moves, self._morphs = {}, {}
        if self.running:
            self._show(0.0)
            self._animation.start()

    def finish(self) -> None:
        """Put all items at their final positions now."""
        if self.running:
            self._animation.stop()
            self._show(1.0)
            self._clear()

    def _read(self, change: Change, shift: Point, visible: QRectF) -> None:
        margin = STATE_MARGIN
        near = visible.adjusted(-margin, -margin, margin, margin)
        fades = [item_id for item_id in change.added if near.intersects(self._end_area(item_id))]
        for old in change.kept:
            begin, finish = to_qt(old.bounds).translated(*shift), self._end_area(old.id)
            if not (near.intersects(begin) or near.intersects(finish)):
                continue
            end = self._mirror[old.id].item
            move = moved_by(old, end)
            if move is not None:
                dx, dy = move[0] - shift[0], move[1] - shift[1]
                if abs(dx) > _STILL or abs(dy) > _STILL:
                    self._moves[old.id] = (dx, dy)
            elif alike(old, end):
                self._morphs[old.id] = _Morph(shifted(old, shift), end)
            else:
                fades.append(old.id)
        self._fades = tuple(fades)

    def _end_area(self, item_id: str) -> QRectF:
        return to_qt(self._mirror[item_id].item.bounds)

    def _show(self, share: float) -> None:
        left = 1.0 - share
        for item_id, (dx, dy) in self._moves.items():
            self._mirror[item_id].setPos(-dx * left, -dy * left)
        for item_id, morph in self._morphs.items():
            self._mirror[item_id].show_item(between(morph.start, morph.end, share))
        for item_id in self._fades:
            # late, when its neighbours have made room
            self._mirror[item_id].setOpacity(share * share)

    def _clear(self) -> None:
        self._moves, self._morphs, self._fades = {}, {}, ()
