"""Options of a picture as words and numbers, checked and made into a view and export options."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast, get_args

import msgspec

from resnet_viz.analysis.costs.memory.basis import checked_basis
from resnet_viz.drawing.themes import DARK, LIGHT, THEMES
from resnet_viz.errors import UsageError, quoted
from resnet_viz.experiments.layer_numbers import QUANTITIES
from resnet_viz.exports.options import (
    DPI,
    WITH_DPI,
    WITH_SIZE,
    WITH_TWO_THEMES,
    Background,
    ExportOptions,
    FormatName,
)
from resnet_viz.exports.sizes.lengths import length_of
from resnet_viz.exports.sizes.place import MIN_TEXT, place_of
from resnet_viz.layout.view import (
    ASPECT,
    Arrangement,
    ColorBy,
    Detail,
    Hidden,
    Repeats,
    Shown,
    Style,
    View,
)
from resnet_viz.suggestions import unknown_name

if TYPE_CHECKING:
    from resnet_viz.document import Document
    from resnet_viz.experiments.results import Result

LayoutName: TypeAlias = Literal["stages", "column", "row", "wrap", "snake"]
ThemeName: TypeAlias = Literal["light", "dark", "paper", "auto"]

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "detail": get_args(Detail),
    "layout": get_args(Arrangement),
    "style": get_args(Style),
    "color_by": get_args(ColorBy),
    "repeats": get_args(Repeats),
    "theme": get_args(ThemeName),
    "background": get_args(Background),
    "show": get_args(Shown),
    "hide": get_args(Hidden),
}
ALSO: Final = {"snake": "wrap"}
"""Other names of values."""
PRINT_DPI: Final = 300.0
"""Pixels per inch of a PNG whose size is given in cm or inches."""


class PictureRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a picture as a user writes them, unchecked; ``pictures.export`` describes each.

    Attributes:
        toggled: ids of groups that a saved view opens or closes against its detail.
        finest: the detail where none is given; fitting may take a coarser one.
    """

    detail: str | None = None
    finest: str = "block"
    open: str | Iterable[str] = ()
    toggled: tuple[str, ...] = ()
    layout: str | None = None
    style: str = "card"
    color_by: str = "stage"
    result: Any = None
    batch: int = 1
    dtype: str | None = None
    repeats: str = "auto"
    legend: bool = True
    title: str = ""
    show: str | Iterable[str] = ()
    hide: str | Iterable[str] = ()
    caption: str = ""
    totals: bool = False
    theme: str = "light"
    background: str = "theme"
    width: float | str | None = None
    height: float | str | None = None
    fit: str | None = None
    min_text: float | str | None = None
    scale: float | None = None
    dpi: float | None = None
    outline_text: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> PictureRequest:
        """The request with those of the values that are options of a picture."""
        return cls(**{name: values[name] for name in cls.__struct_fields__ if name in values})

    def groups(self) -> tuple[str, ...]:
        """Ids of the groups to open.

        Raises:
            UsageError: they are neither one id nor several.
        """
        if isinstance(self.open, str):
            return (self.open,)
        if not isinstance(self.open, Iterable):
            raise UsageError(f"open takes the ids of groups (not {quoted(str(self.open))}).")
        return tuple(map(str, self.open))

    def view(self) -> View:
        """View with none of the named groups opened yet.

        Raises:
            UsageError: an option has a value that it can't have.
        """
        for name in ("title", "caption"):
            if not isinstance(getattr(self, name), str):
                raise UsageError(f"{name} takes a text (not {quoted(str(getattr(self, name)))}).")
        self._check_fit()
        self._check_style()
        names = ("style", "color_by", "repeats")
        words = {name: check_choice(name, getattr(self, name)) for name in names}
        words["detail"] = check_choice(
            "detail", self.finest if self.detail is None else self.detail
        )
        words["layout"] = check_choice("layout", "stages" if self.layout is None else self.layout)
        hide = words_of("hide", self.hide)
        view = msgspec.convert(
            {
                **words,
                "toggled": frozenset(self.toggled),
                "show": words_of("show", self.show),
                "hide": hide,
                "legend": bool(self.legend) and "legend" not in hide,
                "title": self.title,
                "caption": self.caption,
                "totals": bool(self.totals),
                "basis": checked_basis(self.batch, self.dtype),
                "aspect": self._aspect(),
            },
            View,
        )
        if view.color_by in QUANTITIES and self.result is None:
            raise UsageError(
                f"Colours by {self.color_by} need the result of an experiment: name the file with "
                "result (--result FILE.json), as resnet-viz run writes it."
            )
        return view

    def check(self) -> None:
        """Refuse what can't be drawn, before any work.

        Raises:
            AppError: an option, or the result of an experiment, can't be used.
        """
        self.view()
        self.groups()
        self.read_result()

    def read_result(self) -> Result | None:
        """Result of an experiment that the colours mean; None for none.

        Raises:
            AppError: its file can't be used.
        """
        if self.result is None:
            return None
        from resnet_viz.experiments.result_files import read_result
        from resnet_viz.experiments.results import Result

        if isinstance(self.result, str | os.PathLike):
            return read_result(Path(self.result))
        if not isinstance(self.result, Result):
            raise UsageError(
                "result takes what resnet_viz.run returns, or a file of it (not "
                f"{type(self.result).__qualname__})."
            )
        return self.result

    def view_of(self, document: Document, view: View | None = None) -> View:
        """View of a document, with its groups open.

        Args:
            document: the model.
            view: the options to draw it with; None for those of the request.

        Raises:
            AppError: an option, or the result of an experiment, can't be used.
        """
        from resnet_viz.drawing.legend.result_colors import colored_by_result
        from resnet_viz.exports.figure import open_groups

        view, result = view or self.view(), self.read_result()
        if result is not None:
            view = colored_by_result(view, document, result)
        return open_groups(document, view, self.groups())

    def _aspect(self) -> float:
        """Width by height of the page, as far as it is known."""
        if self.fit is not None:
            return place_of(self.fit).aspect
        width, height = length_of("width", self.width), length_of("height", self.height)
        return ASPECT if width is None or height is None else width.pixels(DPI) / height.pixels(DPI)

    def least_text(self) -> float:
        """Size of the smallest text that a fitted picture may have, in pixels at 96 to the inch.

        Raises:
            UsageError: it is no length of more than 0.
        """
        least = length_of("min_text", MIN_TEXT if self.min_text is None else self.min_text)
        assert least is not None
        return least.pixels(DPI)

    def _check_fit(self) -> None:
        """Refuse a fit that contradicts other options.

        Raises:
            UsageError: it does.
        """
        if self.fit is None and self.min_text is not None:
            raise UsageError("min_text needs a place to fit: give fit too, such as fit 17cm.")
        if self.fit is not None and (self.width or self.height or self.scale):
            raise UsageError(
                "fit cannot be combined with width, height or scale: give one of them."
            )
        self.least_text()

    def _check_style(self) -> None:
        """Refuse options that mean nothing in the classic style.

        Raises:
            UsageError: one is given.
        """
        if self.style != "classic":
            return
        given = {
            "detail": self.detail, "layout": self.layout, "open": self.groups(),
            "color_by": self.color_by != "stage", "show": self.show, "hide": self.hide,
        }  # fmt: skip
        for name, value in given.items():
            if value:
                raise UsageError(f"{name} has no meaning in style classic: leave it out.")

    def options(
        self, format_: FormatName, *, title: str = "", strict: bool = True
    ) -> ExportOptions:
        """Export options for a format.

        Args:
            format_: the format.
            title: names the document if the request does not.
            strict: refuse options that mean nothing in this format, instead of leaving them out;
                not if the same request makes pictures of other formats.

        Raises:
            UsageError: an option has a value that it can't have.
        """
        is_sized = strict or format_ in WITH_SIZE
        if self.style == "classic" and format_ not in WITH_SIZE:
            raise UsageError(
                f"Style classic is drawn in PNG, SVG, PDF and TikZ, not in {format_.upper()}."
            )
        if self.fit is not None and strict and format_ not in WITH_SIZE:
            raise UsageError(f"fit has no meaning in {format_.upper()}: leave it out.")
        lengths = (length_of("width", self.width), length_of("height", self.height))
        dpi = self.dpi if strict or format_ in WITH_DPI else None
        if format_ == "png" and dpi is None and any(size and size.physical for size in lengths):
            dpi = PRINT_DPI
        per_inch = dpi if dpi is not None and format_ in WITH_DPI else DPI
        width, height = (None if size is None else size.pixels(per_inch) for size in lengths)
        theme = check_choice("theme", self.theme)
        is_auto = theme == "auto" and (strict or format_ in WITH_TWO_THEMES)
        if not is_sized:
            width = height = None
        return ExportOptions(
            theme=LIGHT if theme == "auto" else THEMES[theme],
            dark=DARK if is_auto else None,
            background=cast("Background", check_choice("background", self.background)),
            scale=self.scale if is_sized else None,
            width=width,
            height=height,
            dpi=dpi,
            title=self.title or title,
            outline_text=bool(self.outline_text) and (strict or format_ == "svg"),
        )


def check_choice(option: str, value: object) -> str:
    """``value`` by its first name, with "_" for "-", if it is among the ``CHOICES`` of the option.

    Raises:
        UsageError: it is not.
    """
    names, word = CHOICES[option], str(value).replace("-", "_")
    word = ALSO.get(word, word)
    if word in names:
        return word
    raise UsageError(unknown_name(option, str(value), names))


def words_of(option: str, value: str | Iterable[str]) -> frozenset[str]:
    """Words of an option that takes several, with commas between them or as an iterable.

    Raises:
        UsageError: one is not among the ``CHOICES`` of the option.
    """
    if not isinstance(value, Iterable):
        raise UsageError(f"{option} takes words with commas between (not {quoted(str(value))}).")
    given = value.split(",") if isinstance(value, str) else map(str, value)
    words = [word.strip() for word in given]
    return frozenset(check_choice(option, word) for word in words if word)
