"""Public functions for notebooks and scripts at work: show, plot_model, and open in a window."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from resnet_viz.api import Analysis, AppError, Graph, Model, analyze, snapshot
from resnet_viz.errors import UsageError, quoted
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.request import PictureRequest
from resnet_viz.graph.notebook_picture import NotebookFormat, set_picture_writer
from resnet_viz.part_files import locked_folder, remove_leftover_folders
from resnet_viz.pictures import export

if TYPE_CHECKING:
    from resnet_viz.experiments.results import Result
    from resnet_viz.exports.inline import InlinePicture
    from resnet_viz.exports.request import LayoutName
    from resnet_viz.layout.view import Detail, Repeats
    from resnet_viz.pictures import ColorName

__all__ = ["open", "plot_model", "show"]

_KERAS_LAYOUTS: dict[str, LayoutName] = {"TB": "column", "LR": "stages"}
_windows: list[subprocess.Popen[bytes]] = []
"""Processes of windows: Python warns of those that are forgotten while they run."""


def show(  # noqa: PLR0913 - each is an option of a picture
    model: Model,
    *,
    detail: Detail = "block",
    open: str | Sequence[str] = (),  # noqa: A002 - as on the command line
    layout: LayoutName = "stages",
    color_by: ColorName = "stage",
    result: Result | str | os.PathLike[str] | None = None,
    repeats: Repeats = "auto",
    legend: bool = True,
    theme: Literal["light", "dark", "paper"] = "light",
    height: int | None = None,
    interactive: bool = True,
) -> None:
    """Show a model in the output of a notebook: pan, zoom, click for facts, open groups, search.

    Where HTML does not run, the notebook shows the picture as SVG. Outside of notebooks the picture
    is told in a sentence.

    Args:
        model: as for ``analyze``, or its result.
        detail: how deep the diagram is drawn: "stage", "block", "unit" or "layer".
        open: ids of groups to open in place, such as "conv3_1".
        layout: "stages" beside each other, all in one "column" or "row", or folded for the page:
            "wrap", also called "snake".
        color_by: as for ``export``.
        result: likewise.
        repeats: runs of equal blocks: "auto" folds long ones, "fold" folds each, "all" draws all.
        legend: draw the legend.
        theme: "light", "dark" or "paper".
        height: pixels of the output; by default as the picture needs, at most 720.
        interactive: False for the plain SVG.

    Raises:
        AppError: the model or an option can't be used.

    Example:
        >>> resnet_viz.show("resnet34")  # doctest: +SKIP
    """
    request = PictureRequest(
        detail=detail, open=open, layout=layout, color_by=color_by, result=result,
        repeats=repeats, legend=legend, theme=theme,
    )  # fmt: skip
    picture = _inline(model, request, height=height, interactive=interactive)
    kernel = sys.modules.get("IPython")
    if kernel is not None and kernel.get_ipython() is not None:
        from IPython.display import display

        display(picture)
        return
    sys.stdout.write(f"{picture!r}\n")


def plot_model(  # noqa: PLR0913, PLR0917 - the parameters of Keras, in its order
    model: Model,
    to_file: str | os.PathLike[str] | None = None,
    show_shapes: bool = True,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float | None = None,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",  # noqa: ARG001
    *,
    detail: Detail = "block",
) -> InlinePicture:
    """Draw a model with the parameters of ``keras.utils.plot_model``, so that the import is enough.

    Args:
        model: as for ``analyze``, or its result.
        to_file: a file to write as well; its suffix is the format, as for ``export``.
        show_shapes: write shapes beside lines.
        show_dtype: write dtypes beside lines.
        show_layer_names: write names into boxes that have another title.
        rankdir: "TB", one column from top to bottom, or "LR", stages beside each other.
        expand_nested: open nested models.
        dpi: pixels per inch of a PNG; 192 by default.
        show_layer_activations: write the activations that layers apply.
        show_trainable: write which layers are trainable and which are frozen.
        splines: accepted; lines run along the axes.
        detail: how deep the diagram is drawn: "stage", "block", "unit" or "layer".

    Returns:
        The picture, which a notebook shows.

    Raises:
        AppError: the model, an option or the file can't be used.

    Example:
        >>> from resnet_viz import plot_model
        >>> plot_model("tutorial_first_unit")  # doctest: +ELLIPSIS
        <Diagram of Tutorial first unit: from 224×224×3 to 56×56×64 in 2 stages with 1 block, ...>
    """
    layout = _KERAS_LAYOUTS.get(rankdir)
    if layout is None:
        raise UsageError(f"rankdir takes TB or LR (not {quoted(str(rankdir))}).")
    analysis = analyze(model)
    nested = [
        group.id
        for group in analysis.structure.groups
        if expand_nested and group.kind == "submodel"
    ]
    asked = {
        "names": show_layer_names,
        "shapes": show_shapes,
        "activations": show_layer_activations,
        "dtype": show_dtype,
        "trainable": show_trainable,
    }
    show = [word for word, wanted in asked.items() if wanted]
    hide = [word for word in asked if word not in show]
    request = PictureRequest(detail=detail, layout=layout, open=nested, show=show, hide=hide)
    if to_file is not None:
        is_png = str(to_file).lower().endswith(".png")
        scale = dpi / 96 if dpi is not None and is_png else None
        export(
            analysis, to_file, detail=detail, layout=layout, open=nested, scale=scale,
            show=show, hide=hide,
        )  # fmt: skip
    return _inline(analysis, request, height=None, interactive=True)


def open(model: Model) -> None:  # noqa: A001 - as in resnet_viz.open(model)
    """Open the window on a model, in a process of its own; the script goes on at once.

    A live model is shown as it is now.

    Args:
        model: as for ``analyze``, or its result.

    Raises:
        AppError: the model can't be used, or there is no display.

    Example:
        >>> resnet_viz.open(keras_model)  # doctest: +SKIP
    """
    from resnet_viz.cli.window import SNAPSHOT_PREFIX, check_display

    check_display()
    if isinstance(model, str | os.PathLike):
        _open_window([os.fspath(model)])
        return
    analysis = analyze(model)
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in analysis.graph.name)
    remove_leftover_folders(SNAPSHOT_PREFIX)  # of windows that were killed
    folder, lock = locked_folder(SNAPSHOT_PREFIX)
    try:
        path = folder / f"{name[:80].strip('.') or 'model'}.json"
        snapshot(analysis, path)
        _open_window([str(path), "--temporary"], lock)  # which removes the folder
    finally:
        if lock is not None:
            os.close(lock)


def _open_window(arguments: Sequence[str], lock: int | None = None) -> None:
    """Start a window that holds the lock of its folder until it ends."""
    command = [sys.executable, "-m", "resnet_viz", *arguments]
    quiet = subprocess.DEVNULL
    _windows[:] = [window for window in _windows if window.poll() is None]
    _windows.append(
        subprocess.Popen(
            command,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )
    )


def _inline(
    model: Model, request: PictureRequest, *, height: int | None, interactive: bool
) -> InlinePicture:
    from resnet_viz.exports.inline import InlinePicture

    request.check()
    theme = request.options("svg").theme
    document = analyze(model)
    figure = Figure(document, request.view_of(document))
    return InlinePicture(figure, theme=theme, height=height, interactive=interactive)


def write_notebook_picture(value: object, format_: NotebookFormat) -> str:
    """Picture of a Graph or an Analysis as a notebook shows it, with the default options."""
    if not isinstance(value, Graph | Analysis):
        raise AppError(f"A {type(value).__name__} has no picture.")
    picture = _inline(value, PictureRequest(), height=None, interactive=True)
    return picture.html if format_ == "html" else picture.svg


set_picture_writer(write_notebook_picture)
