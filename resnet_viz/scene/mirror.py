"""QGraphicsScene that mirrors a display list: one graphics item for each of its items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsScene

from resnet_viz.drawing.display_list import DisplayList, Item, Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.painter import PLAIN, ItemState
from resnet_viz.scene.hit import item_at
from resnet_viz.scene.item import PictureItem, to_qt

NONE_COMPILED: Final[Mapping[str, PictureItem]] = {}
_SCENE_MARGIN: Final = 200.0  # halo and morphing items reach over the picture's edge


class Change(msgspec.Struct, frozen=True):
    """Difference between two pictures.

    Attributes:
        kept: the earlier versions of the items that both pictures show.
        added: ids of the items that only the new one shows.
    """

    kept: tuple[Item, ...]
    added: tuple[str, ...]


class Mirror:
    """Holds the scene and its items by id."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        self.scene: Final = QGraphicsScene(parent)
        self.display_list: DisplayList | None = None
        self._theme = theme
        self._items: dict[str, PictureItem] = {}
        self._states: dict[str, ItemState] = {}

    def __getitem__(self, item_id: str) -> PictureItem:
        """The graphics item that shows the item ``item_id``."""
        return self._items[item_id]

    def show(
        self,
        display_list: DisplayList | None,
        compiled: Mapping[str, PictureItem] = NONE_COMPILED,
    ) -> Change:
        """Replace the picture; items whose id both pictures have are kept.

        ``compiled``: items that are compiled already, by id.
        """
        self.set_states({})
        old_items = self._items
        new_items = display_list.items if display_list else ()
        new_ids = {item.id for item in new_items}
        for item_id, graphics in old_items.items():
            if item_id not in new_ids:
                self.scene.removeItem(graphics)
        if display_list is not None:
            bounds = display_list.bounds.grown(_SCENE_MARGIN)
            self.scene.setSceneRect(to_qt(bounds))  # once: else Qt grows it item by item
        kept: list[Item] = []
        added: list[str] = []
        shown: dict[str, PictureItem] = {}
        for index, item in enumerate(new_items):
            known = old_items.get(item.id)
            if known is None:
                graphics = compiled.get(item.id) or PictureItem(item, self._theme)
                self.scene.addItem(graphics)
                added.append(item.id)
            else:
                graphics = known
                kept.append(graphics.item)
                graphics.show_item(item, compiled.get(item.id))
            graphics.setZValue(index)
            shown[item.id] = graphics
        self._items = shown
        self.display_list = display_list
        return Change(tuple(kept), tuple(added))

    def set_theme(self, theme: Theme) -> None:
        """Repaint everything in other colours."""
        self._theme = theme
        for graphics in self._items.values():
            graphics.set_theme(theme)

    def set_states(self, states: dict[str, ItemState]) -> None:
        """Give these items their states and all others none; repaints only changed items."""
        for item_id in self._states.keys() - states.keys():
            self._items[item_id].set_state(PLAIN)
        for item_id, state in states.items():
            self._items[item_id].set_state(state)
        self._states = states

    def shows(self, target: Target) -> bool:
        """True if the picture shows the target."""
        return self.display_list is not None and target in self.display_list.by_target

    def item_at(self, point: QPointF, tolerance: float) -> Item | None:
        """The item at a point of the scene; lines are hit within ``tolerance``."""
        around = QRectF(point.x() - tolerance, point.y() - tolerance, 2 * tolerance, 2 * tolerance)
        graphics_items = self.scene.items(
            around, Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.DescendingOrder
        )
        items = (graphics.item for graphics in graphics_items if isinstance(graphics, PictureItem))
        return item_at(items, (point.x(), point.y()), tolerance)
