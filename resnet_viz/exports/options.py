"""Options of an exported picture, and its size in pixels."""

from __future__ import annotations

from numbers import Real
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

import msgspec

from resnet_viz.drawing.display_list import Rect
from resnet_viz.drawing.themes import LIGHT, Theme
from resnet_viz.errors import UsageError, quoted
from resnet_viz.suggestions import join_with_or, unknown_name

Format: TypeAlias = Literal["png", "svg", "pdf"]
"""Formats of pictures with a size in pixels."""
FormatName: TypeAlias = Literal["png", "svg", "pdf", "html", "dot", "tex", "mmd"]
Background: TypeAlias = Literal["theme", "white", "transparent"]

FORMATS: Final[tuple[Format, ...]] = ("png", "svg", "pdf")
"""Formats of the export dialog."""
FORMAT_NAMES: Final[tuple[FormatName, ...]] = get_args(FormatName)
"""All formats, each the suffix of its files."""
WITH_DPI: Final[frozenset[FormatName]] = frozenset({"png", "pdf"})
WITH_SIZE: Final[frozenset[FormatName]] = frozenset({"png", "svg", "pdf", "tex"})
WITHOUT_LAYOUT: Final[frozenset[FormatName]] = frozenset({"dot", "mmd"})
"""Formats that leave the layout to other programs: nothing is drawn for them."""
WITH_TWO_THEMES: Final[frozenset[FormatName]] = frozenset({"svg", "html"})
BINARY: Final[frozenset[FormatName]] = frozenset({"png", "pdf"})
BACKGROUNDS: Final[tuple[Background, ...]] = ("theme", "white", "transparent")
PNG_SCALE: Final = 2.0
DPI: Final = 96.0
"""Pixels per inch at 100 %, as in CSS."""
MAX_NUMBER: Final = 100_000
"""The largest scale, width, height or dpi: no paper and no screen needs more."""
MAX_SIDE: Final = 100_000
"""Pixels of a PNG's longer side."""
MAX_PIXELS: Final = 2_000_000_000
"""Pixels of a whole PNG; viewers that read it in strips still open it."""


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of an exported picture.

    Attributes:
        theme: the colours.
        dark: the colours for readers whose system is dark (SVG); None: the same.
        background: the theme's canvas, white, or none.
        scale: pixels for one pixel at 100 %; None: 2 for PNG, 1 for SVG and PDF.
        width, height: the size in pixels; one of them keeps the ratio, with both the picture is
            fitted and centred. Neither can be combined with ``scale``.
        dpi: pixels per inch; None: 96 × scale in a PNG, 96 in a PDF.
        title: the document's title, for its metadata.
        description: the picture in a sentence, for its metadata and those who can't see it.
        outline_text: draw letters as shapes (SVG), so that no font is needed.
    """

    theme: Theme = LIGHT
    dark: Theme | None = None
    background: Background = "theme"
    scale: float | None = None
    width: float | None = None
    height: float | None = None
    dpi: float | None = None
    title: str = ""
    description: str = ""
    outline_text: bool = False

    @property
    def canvas(self) -> str | None:
        """``#rrggbb`` of the background; None if it is transparent."""
        if self.background == "transparent":
            return None
        return "#FFFFFF" if self.background == "white" else self.theme["canvas"]


class Frame(msgspec.Struct, frozen=True):
    """Size of the exported page and position of the picture in it.

    Attributes:
        width, height: of the page in pixels; whole numbers for a PNG.
        scale: pixels for one pixel at 100 %.
        left, top: position of the picture's upper left corner, in pixels.
        dpi: pixels per inch.
    """

    width: float
    height: float
    scale: float
    left: float
    top: float
    dpi: float


def format_of(path: Path) -> FormatName:
    """Format for the file's suffix.

    Raises:
        UsageError: the suffix is unknown or missing.
    """
    suffix = path.suffix.lower().removeprefix(".")
    for format_ in FORMAT_NAMES:
        if suffix == format_:
            return format_
    reason = f"{quoted(path.suffix)} is no picture format" if suffix else "it has no suffix"
    known = join_with_or([f".{name}" for name in FORMAT_NAMES])
    raise UsageError(f"{quoted(str(path))} can't be written: {reason}; use {known}.")


def format_named(word: str) -> FormatName:
    """Format of this name; TikZ and Mermaid may be called so.

    Raises:
        UsageError: there is none.
    """
    name = {"tikz": "tex", "mermaid": "mmd"}.get(word, word)
    for format_ in FORMAT_NAMES:
        if name == format_:
            return format_
    raise UsageError(unknown_name("format", word, FORMAT_NAMES))


def check_options(options: ExportOptions, format_: FormatName) -> None:
    """Refuse options that contradict each other.

    Raises:
        UsageError: scale and size are both given, a number is not positive, dpi is for SVG, or a
            PNG of this size is too large to write.
    """
    for name in ("scale", "width", "height", "dpi"):
        value = getattr(options, name)
        if value is not None and not (isinstance(value, Real) and 0 < float(value) <= MAX_NUMBER):
            raise UsageError(
                f"{name} must be a number more than 0 and at most {MAX_NUMBER:,} "
                f"(not {quoted(str(value))})."
            )
    if options.scale is not None and (options.width or options.height):
        raise UsageError("scale cannot be combined with width or height: give one of them.")
    if options.dark is not None and format_ not in WITH_TWO_THEMES:
        raise UsageError(
            f"theme auto is for formats that can change their colours, not {format_}: use "
            "theme light, dark or paper, or SVG."
        )
    if format_ not in WITH_DPI and options.dpi is not None:
        raise UsageError(
            f"dpi has no meaning in {format_.upper()}, which has no pixels: leave it out."
        )
    if format_ not in WITH_SIZE and (options.scale or options.width or options.height):
        raise UsageError(
            f"scale, width and height have no meaning in {format_.upper()}: leave them out."
        )
    width, height = _whole(options.width or 1), _whole(options.height or 1)
    if format_ == "png" and width * height > MAX_PIXELS:
        raise UsageError(
            f"A PNG of {width:,.0f}×{height:,.0f} pixels is too large to write: it may have "
            f"{MAX_PIXELS:,} pixels; choose a smaller size, or SVG or PDF."
        )
    if options.outline_text and format_ != "svg":
        raise UsageError(
            f"outline_text is for SVG; {format_.upper()} looks the same everywhere as it is."
            if format_ in {"png", "pdf"}
            else f"outline_text is for SVG, not for {format_.upper()}: leave it out."
        )


def frame_of(bounds: Rect, options: ExportOptions, format_: FormatName) -> Frame:
    """Page for a picture with these bounds.

    Raises:
        UsageError: it would be a PNG too large to write.
    """
    scale = _scale(bounds, options, format_)
    width = options.width or bounds.width * scale
    height = options.height or bounds.height * scale
    if format_ == "png":
        width, height = _whole(width), _whole(height)
        if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
            raise _too_large(bounds, width, height)
    left = (width - bounds.width * scale) / 2 if options.width else 0.0
    top = (height - bounds.height * scale) / 2 if options.height else 0.0
    dpi = options.dpi or (DPI * scale if format_ == "png" else DPI)
    return Frame(float(width), float(height), scale, left, top, dpi)


def _scale(bounds: Rect, options: ExportOptions, format_: FormatName) -> float:
    fits = []
    if options.width:
        fits.append(options.width / bounds.width)
    if options.height:
        fits.append(options.height / bounds.height)
    return min(fits) if fits else options.scale or (PNG_SCALE if format_ == "png" else 1.0)


def _whole(pixels: float) -> float:
    return float(max(1, -int(-(pixels - 1e-6) // 1)))


def _too_large(bounds: Rect, width: float, height: float) -> UsageError:
    largest = min(
        MAX_SIDE / bounds.width,
        MAX_SIDE / bounds.height,
        (MAX_PIXELS / (bounds.width * bounds.height)) ** 0.5,
    )
    # Rounded down, and a little more because both sides are rounded up to whole pixels.
    usable = int(largest * 0.999 * 100) / 100
    return UsageError(
        f"A PNG of {width:,.0f}×{height:,.0f} pixels is too large to write: "
        f"use scale {usable:g} or less, or SVG or PDF."
    )
