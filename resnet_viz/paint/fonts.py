"""Bundled font for Qt: loading it, fonts for widgets, measuring text."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication

from resnet_viz import assets
from resnet_viz.paint.printable import printable

FAMILY: Final = "Pretendard"
FALLBACK: Final = "Inter"
FILES: Final = tuple(f"fonts/Pretendard-{style}.otf" for style in ("Regular", "SemiBold", "Bold"))
REFERENCE: Final = 100
"""Pixels at which text is shaped and measured; unhinted, so that all else is proportional."""

_loaded: list[int] = []
_local = threading.local()


def load_fonts() -> None:
    """Load the bundled font into Qt; needs a QGuiApplication, does nothing the second time.

    A missing or damaged file is skipped: Qt then takes the next family of the font's list.
    """
    if _loaded and QFontDatabase.applicationFontFamilies(_loaded[0]):
        return  # the ids are invalid once their application is gone
    _loaded.clear()
    for name in FILES:
        with suppress(FileNotFoundError):
            number = QFontDatabase.addApplicationFont(str(assets.path(name)))
            if number >= 0:
                _loaded.append(number)


def font(size: float, weight: int = 400, *, tabular: bool = False) -> QFont:
    """A font for widgets, ``size`` in pixels at 100 %; call ``load_fonts`` first."""
    made = QFont(_families())
    if float(size).is_integer():
        made.setPixelSize(int(size))
    else:  # only points may have fractions
        screen = QGuiApplication.primaryScreen()
        made.setPointSizeF(size * 72.0 / (screen.logicalDotsPerInchY() if screen else 96.0))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def _families() -> list[str]:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    return [FAMILY, FALLBACK, *([system] if system else [])]


def reference(weight: int, *, tabular: bool) -> tuple[QFont, QFontMetricsF]:
    """The font of ``REFERENCE`` pixels and its metrics, cached for the calling thread.

    Two threads must not share a QFont: Qt fills in its engine lazily and without a lock.
    """
    load_fonts()
    if getattr(_local, "loaded", None) != _loaded:
        _local.loaded, _local.fonts = list(_loaded), {}
    fonts: dict[tuple[int, bool], tuple[QFont, QFontMetricsF]] = _local.fonts
    cached = fonts.get((weight, tabular))
    if cached is None:
        made = font(REFERENCE, weight, tabular=tabular)
        cached = fonts[weight, tabular] = (made, QFontMetricsF(made))
    return cached


class QtMeasurer:
    """Measures text as the painter draws it (a ``drawing.measure.Measurer``).

    May be made in one thread and used in another, by one at a time.
    """

    def __init__(self) -> None:
        self._widths: dict[tuple[str, int, bool], float] = {}

    def width(self, text: str, size: float, weight: int = 400, *, tabular: bool = False) -> float:
        """Advance width in pixels of ``text`` at ``size`` pixels."""
        key = (text, weight, tabular)
        advance = self._widths.get(key)
        if advance is None:
            metrics = reference(weight, tabular=tabular)[1]
            advance = self._widths[key] = metrics.horizontalAdvance(printable(text))
        return advance * size / REFERENCE
