"""Makes a large picture ready for its first paint in small steps: the window stays alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.themes import Theme
from resnet_viz.scene.item import PictureItem

LARGE: Final = 400
"""From so many items on a first paint is felt."""
_SLICE_MS: Final = 8
_LITTLE_MS: Final = 1


class Preparation(QObject):
    """Makes the items of one picture at a time; a newer one takes its place."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._list: DisplayList | None = None
        self._theme: Theme | None = None
        self._made: dict[str, PictureItem] = {}
        self._steps: Iterator[None] = iter(())
        self._then: Callable[[], None] = lambda: None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._slice)

    def start(
        self, display_list: DisplayList, theme: Theme, lod: int, then: Callable[[], None]
    ) -> None:
        """Make items ready for a level of detail, turn by turn; then, or if few, call ``then``."""
        self._list, self._theme, self._made, self._then = display_list, theme, {}, then
        self._turn.stop()
        if len(display_list.items) < LARGE:
            then()
            return
        self._steps = self._make(display_list, theme, lod)
        self._turn.start()

    def stop(self) -> None:
        """Give up what is being prepared: its ``then`` is never called."""
        self._turn.stop()
        self._steps = iter(())

    def made_for(self, display_list: DisplayList | None, theme: Theme) -> Mapping[str, PictureItem]:
        """The items of a picture by id, as far as they were made; they are given away."""
        if display_list is not self._list or theme is not self._theme:
            return {}
        made, self._made = self._made, {}
        return made

    def _make(self, display_list: DisplayList, theme: Theme, lod: int) -> Iterator[None]:
        for item in display_list.items:
            made = PictureItem(item, theme)
            made.prepare(lod)
            self._made[item.id] = made
            yield

    def _slice(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        for _ in self._steps:
            if clock.elapsed() >= _SLICE_MS:
                self._turn.start()
                return
        if clock.elapsed() >= _LITTLE_MS:
            self._turn.start()  # what comes then has a turn of its own
        else:
            self._then()
