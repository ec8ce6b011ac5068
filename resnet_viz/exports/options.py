"""What an exported picture is to be like, and how large that makes it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from resnet_viz.drawing.display_list import Rect
from resnet_viz.drawing.themes import LIGHT, Theme
from resnet_viz.errors import UsageError, quoted

Format: TypeAlias = Literal["png", "svg", "pdf"]
Background: TypeAlias = Literal["theme", "white", "transparent"]

FORMATS: Final[tuple[Format, ...]] = ("png", "svg", "pdf")
BACKGROUNDS: Final[tuple[Background, ...]] = ("theme", "white", "transparent")
PNG_SCALE: Final = 2.0
DPI: Final = 96.0
"""Pixels at 100 % to an inch, as CSS has it."""
MAX_SETTING: Final = 100_000
"""For scale, sizes and dpi alike: no paper and no screen asks for more."""
MAX_SIDE: Final = 32_767
"""Pixels; Qt paints, and many viewers read, no further."""
MAX_PIXELS: Final = 1 << 27
"""Pixels in all: what common viewers still open."""


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a picture is exported.

    Attributes:
        theme: the colours.
        background: the theme's canvas, white, or nothing.
        scale: pixels for one pixel at 100 %; None: 2 for PNG, 1 for SVG and PDF.
        width, height: the size in pixels; with one given the ratio is kept, with both the picture
            is fitted and centred. They exclude ``scale``.
        dpi: pixels to an inch; None: 96 for each unit of scale in a PNG, 96 in a PDF.
        title: the document's title, for its metadata.
    """

    theme: Theme = LIGHT
    background: Background = "theme"
    scale: float | None = None
    width: int | None = None
    height: int | None = None
    dpi: float | None = None
    title: str = ""

    @property
    def ground(self) -> str | None:
        """``#rrggbb`` of the background; None for none."""
        if self.background == "transparent":
            return None
        return "#FFFFFF" if self.background == "white" else self.theme["canvas"]


class Frame(msgspec.Struct, frozen=True):
    """Where the picture lies in the exported page.

    Attributes:
        width, height: of the page in pixels; whole numbers for a PNG.
        scale: pixels for one pixel at 100 %.
        left, top: where the picture's bounds begin, in pixels.
        dpi: pixels to an inch.
    """

    width: float
    height: float
    scale: float
    left: float
    top: float
    dpi: float


def format_of(path: Path) -> Format:
    """The format that the file's suffix asks for.

    Raises:
        UsageError: the suffix is unknown or missing.
    """
    suffix = path.suffix.lower().removeprefix(".")
    for known in FORMATS:
        if suffix == known:
            return known
    said = f"{quoted(path.suffix)} is no format of pictures" if suffix else "it has no suffix"
    raise UsageError(f"{quoted(str(path))} can't be written: {said}; end it in .png, .svg or .pdf.")


def check_settings(settings: ExportOptions, format_: Format) -> None:
    """Refuse settings that contradict each other.

    Raises:
        UsageError: scale and size are both given, a number is not positive, dpi is for SVG, or a
            PNG of this size is too large to write.
    """
    sizes = {name: getattr(settings, name) for name in ("scale", "width", "height", "dpi")}
    for name, value in sizes.items():
        if value is not None and not 0 < value <= MAX_SETTING:
            raise UsageError(
                f"{name} must be more than 0 and at most {MAX_SETTING:,} (not {value:g})."
            )
    if settings.scale is not None and (settings.width or settings.height):
        raise UsageError("scale and a width or height exclude each other: give one of them.")
    if format_ == "svg" and settings.dpi is not None:
        raise UsageError("dpi means nothing in an SVG, which has no pixels: leave it out.")
    width, height = settings.width or 1, settings.height or 1
    if format_ == "png" and (max(width, height) > MAX_SIDE or width * height > MAX_PIXELS):
        raise UsageError(
            f"A PNG {_size(settings)} is too large to write: its sides may have {MAX_SIDE:,} "
            f"pixels and all of it {MAX_PIXELS:,}; use less, or SVG or PDF."
        )


def _size(settings: ExportOptions) -> str:
    if settings.width and settings.height:
        return f"of {settings.width:,}×{settings.height:,} pixels"
    if settings.width:
        return f"{settings.width:,} pixels wide"
    return f"{settings.height:,} pixels high"


def frame_of(bounds: Rect, settings: ExportOptions, format_: Format) -> Frame:
    """The page for a picture with these bounds.

    Raises:
        UsageError: it would be a PNG too large to write.
    """
    scale = _scale(bounds, settings, format_)
    width = float(settings.width or bounds.width * scale)
    height = float(settings.height or bounds.height * scale)
    if format_ == "png":
        width, height = _whole(width), _whole(height)
        if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
            raise _too_large(bounds, width, height)
    left = (width - bounds.width * scale) / 2 if settings.width else 0.0
    top = (height - bounds.height * scale) / 2 if settings.height else 0.0
    dpi = settings.dpi or (DPI * scale if format_ == "png" else DPI)
    return Frame(width, height, scale, left, top, dpi)


def _scale(bounds: Rect, settings: ExportOptions, format_: Format) -> float:
    fits = []
    if settings.width:
        fits.append(settings.width / bounds.width)
    if settings.height:
        fits.append(settings.height / bounds.height)
    return min(fits) if fits else settings.scale or (PNG_SCALE if format_ == "png" else 1.0)


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
        f"use --scale {usable:g} or less, or SVG or PDF."
    )
