"""Saved views: a model's source with a view and a selection, as a small JSON file."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from resnet_viz.analysis.costs.memory.basis import MemoryBasis, checked_basis
from resnet_viz.drawing.display_list import Target
from resnet_viz.errors import ModelError, UsageError, quoted
from resnet_viz.layout.view import View
from resnet_viz.sources.lasting_text import lasting_text
from resnet_viz.sources.types import Source

_LARGEST: Final = 4 * 2**20
_LEAST_ASPECT: Final = 0.05
_AGAIN: Final = "save it again with File → Save View"


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """A model and its picture, without the numbers of an experiment that may have coloured it.

    Attributes:
        format, version: mark of these files.
        source: text of the source, with whole paths.
        view: the view; ids of groups that the model no longer has mean nothing.
        selection: the selected targets.
    """

    format: Literal["resnet-viz view"] = "resnet-viz view"
    version: Literal[1] = 1
    source: str
    view: View = View()
    selection: tuple[Target, ...] = ()


def saved_view(source: Source, view: View, selection: tuple[Target, ...] = ()) -> SavedView:
    """The value to save for what is shown."""
    if view.measured is not None:
        view = replace(view, color_by="stage")
    view = _of_window(view, view.basis)
    return SavedView(source=lasting_text(source), view=view, selection=selection)


def encode_view(saved: SavedView) -> bytes:
    """A saved view as JSON, the same for the same value; what is as usual is left out."""
    values = msgspec.to_builtins(saved, order="deterministic")
    usual = msgspec.to_builtins(View(), order="deterministic")
    view = {name: value for name, value in values["view"].items() if value != usual[name]}
    text = msgspec.json.encode({**values, "view": view})
    return msgspec.json.format(text, indent=2) + b"\n"


def decode_view(data: bytes, *, where: str) -> SavedView:
    """Read what ``encode_view`` has written.

    Raises:
        ModelError: it is none, damaged, or of another version.
    """
    try:
        saved = msgspec.json.decode(data, type=SavedView)
        basis = checked_basis(saved.view.basis.batch, saved.view.basis.dtype)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, UsageError) as error:
        reason = str(error).rstrip(".")
        raise ModelError(f"{quoted(where)} is no saved view ({reason}); {_AGAIN}.") from error
    return replace(saved, view=_of_window(saved.view, basis))


def _of_window(view: View, basis: MemoryBasis) -> View:
    """The view without what is not the user's choice in the window."""
    usual = View()
    aspect = view.aspect if _LEAST_ASPECT <= view.aspect <= 1 / _LEAST_ASPECT else usual.aspect
    return replace(
        view, measured=None, basis=basis, aspect=aspect, letters=usual.letters, margin=usual.margin
    )


def read_view(path: Path) -> SavedView:
    """Read the file of a saved view.

    Raises:
        ModelError: it can't be read, or is no saved view.
    """
    try:
        if not path.is_file():
            raise ModelError(f"There is no file {quoted(path.name)}; check its name.")
        if path.stat().st_size > _LARGEST:
            raise ModelError(f"{quoted(path.name)} is too large for a saved view; {_AGAIN}.")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ModelError(f"{quoted(str(path))} can't be read ({reason}).") from error
    return decode_view(data, where=path.name)
