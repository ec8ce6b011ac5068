"""Compilation of a large picture's items in small steps, so that the window stays responsive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.themes import Theme
from resnet_viz.scene.item import PictureItem

LARGE: Final = 400
"""Number of items from which on a first paint takes noticeable time."""
_SLICE_MS: Final = 8
_SHORT_SLICE_MS: Final = 1


class BackgroundCompiler(QObject):
    """Compiles one picture at a time; a newer one cancels it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._list: DisplayList | None = None
        self._theme: Theme | None = None
        self._compiled: dict[str, PictureItem] = {}
        self._steps: Iterator[None] = iter(())
        self._then: Callable[[], None] = lambda: None
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._run_slice)

    def start(
        self, display_list: DisplayList, theme: Theme, lod: int, then: Callable[[], None]
    ) -> None:
        """Compile items for a level of detail slice by slice; then, or if few, call ``then``."""
        self._list, self._theme, self._compiled, self._then = display_list, theme, {}, then
        self._timer.stop()
        if len(display_list.items) < LARGE:
            then()
            return
        self._steps = self._compile(display_list, theme, lod)
        self._timer.start()

    def take(self, display_list: DisplayList | None, theme: Theme) -> Mapping[str, PictureItem]:
        """Hand over the items of a picture by id, as far as they are compiled."""
        if display_list is not self._list or theme is not self._theme:
            return {}
        compiled, self._compiled = self._compiled, {}
        return compiled

    def _compile(self, display_list: DisplayList, theme: Theme, lod: int) -> Iterator[None]:
        for item in display_list.items:
            graphics = PictureItem(item, theme)
            graphics.prepare(lod)
            self._compiled[item.id] = graphics
            yield

    def _run_slice(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        for _ in self._steps:
            if clock.elapsed() >= _SLICE_MS:
                self._timer.start()
                return
        if clock.elapsed() >= _SHORT_SLICE_MS:
            self._timer.start()  # what follows gets a slice of its own
        else:
            self._then()
