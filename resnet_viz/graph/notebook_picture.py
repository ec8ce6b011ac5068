"""Rich display of values in notebooks, by whoever can draw them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

NotebookFormat: TypeAlias = Literal["html", "svg"]
PictureWriter: TypeAlias = Callable[[object, NotebookFormat], str]

_writers: list[PictureWriter] = []


def set_picture_writer(writer: PictureWriter) -> None:
    """Set the function that draws values as HTML or SVG; without one they show their repr only."""
    _writers[:] = [writer]


class NotebookPicture(msgspec.Struct, frozen=True):
    """A value that Jupyter, Colab and VS Code show as a picture."""

    def _repr_html_(self) -> str | None:
        return _writers[0](self, "html") if _writers else None

    def _repr_svg_(self) -> str | None:
        return _writers[0](self, "svg") if _writers else None
