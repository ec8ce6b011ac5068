"""One display-list item on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from resnet_viz.drawing.display_list import Item, Rect
from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.painter import PLAIN, STATE_MARGIN, CompiledItem, ItemState, compile_item
from resnet_viz.scene.hit import LINE_TOLERANCE
from resnet_viz.scene.lod import level_of
from resnet_viz.typing_compat import override


def to_qt(rect: Rect) -> QRectF:
    """The rectangle as a QRectF."""
    return QRectF(rect.x, rect.y, rect.width, rect.height)


class PictureItem(QGraphicsItem):
    """Graphics item that paints one Item of a display list in a theme and a state.

    Its own coordinates are the picture's, so its position is (0, 0) except while it glides.
    """

    def __init__(self, item: Item, theme: Theme) -> None:
        super().__init__()
        self._item = item
        self._theme = theme
        self._compiled: CompiledItem | None = None
        self._state = PLAIN
        self._bounds = to_qt(item.bounds.grown(STATE_MARGIN))
        self._shape: QPainterPath | None = None

    @property
    def item(self) -> Item:
        """The item that is shown."""
        return self._item

    @property
    def compiled(self) -> CompiledItem | None:
        """The compiled item; None before the first paint."""
        return self._compiled

    @property
    def state(self) -> ItemState:
        """The current state."""
        return self._state

    def show_item(self, item: Item, prepared: PictureItem | None = None) -> None:
        """Show another version of the item; ``prepared`` has compiled it in this theme."""
        if item is self._item:
            return
        self.prepareGeometryChange()
        self._item = item
        self._bounds = to_qt(item.bounds.grown(STATE_MARGIN))
        self._compiled = None if prepared is None else prepared.compiled
        self._shape = None
        self.update()

    def prepare(self, lod: int) -> None:
        """Compile the item for a level of detail before its first paint."""
        if self._compiled is None:
            self._compiled = compile_item(self._item, self._theme)
        self._compiled.prepare(lod)

    def set_theme(self, theme: Theme) -> None:
        """Show the same in other colours."""
        self._theme = theme
        self._compiled = None
        self.update()

    def set_state(self, state: ItemState) -> None:
        """Change the state; repaints only this item, and only if the state differs."""
        if state != self._state:
            self._state = state
            self.update()

    @override
    def boundingRect(self) -> QRectF:
        return self._bounds

    @override
    def shape(self) -> QPainterPath:
        if self._shape is None:
            self._shape = _shape_of(self._item)
        return self._shape

    @override
    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        # Compiled on the first paint: a large picture is mostly outside the view.
        if self._compiled is None:
            self._compiled = compile_item(self._item, self._theme)
        self._compiled.paint(painter, level_of(painter.worldTransform().m11()), self._state)


def _shape_of(item: Item) -> QPainterPath:
    path = QPainterPath()
    if isinstance(item.hit, Rect):
        path.addRect(to_qt(item.hit))
    elif item.hit:
        path.moveTo(*item.hit[0])
        for point in item.hit[1:]:
            path.lineTo(QPointF(*point))
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * LINE_TOLERANCE)
        return stroker.createStroke(path)
    return path
