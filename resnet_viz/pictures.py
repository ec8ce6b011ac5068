"""Public functions that write pictures: export, and to_graphviz."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from resnet_viz.api import Model, document_of, path_of
from resnet_viz.errors import UsageError
from resnet_viz.experiments.layer_numbers import Quantity

if TYPE_CHECKING:
    import graphviz

    from resnet_viz.experiments.results import Result
    from resnet_viz.exports.options import Background
    from resnet_viz.exports.request import LayoutName, ThemeName
    from resnet_viz.layout.view import Detail, Repeats, Style

__all__ = ["export", "to_graphviz"]

ColorName: TypeAlias = Literal[
    "stage", "type", "parameters", "macs", "memory", "receptive_field", "receptive-field", Quantity
]


def export(  # noqa: PLR0913 - each is an option of the command line
    model: Model | Sequence[Model],
    path: str | os.PathLike[str],
    *,
    detail: Detail | None = None,
    open: str | Sequence[str] = (),  # noqa: A002 - as on the command line
    layout: LayoutName | None = None,
    style: Style = "card",
    color_by: ColorName = "stage",
    result: Result | str | os.PathLike[str] | None = None,
    batch: int = 1,
    dtype: str | None = None,
    repeats: Repeats = "auto",
    legend: bool = True,
    title: str = "",
    show: str | Sequence[str] = (),
    hide: str | Sequence[str] = (),
    caption: str = "",
    totals: bool = False,
    theme: ThemeName = "light",
    background: Background = "theme",
    width: float | str | None = None,
    height: float | str | None = None,
    fit: str | None = None,
    min_text: float | str | None = None,
    scale: float | None = None,
    dpi: float | None = None,
    outline_text: bool = False,
) -> None:
    """Write a picture of a model, or of several, as ``resnet-viz export`` does.

    A process without a Qt application gets one that needs no screen. The file is written whole or
    not at all.

    Args:
        model: as for ``analyze``, or its result; a list of several draws them side by side.
        path: the file to write; its suffix is the format: .png, .svg, .pdf, .html, .dot, .tex
            (TikZ) or .mmd (Mermaid).
        detail: how deep the diagram is drawn: "stage", "block", "unit" or "layer"; by default
            "block", and with ``fit`` "stage" if that does not fit.
        open: ids of groups to open in place, such as "conv3_1".
        layout: "stages" beside each other, all in one "column" or "row", or folded for the page:
            "wrap", also called "snake". By default "stages", and with ``fit`` also "wrap".
        style: "card", or "classic": a narrow column of lines after He et al. (2015), Fig. 3.
        color_by: "stage", "type", "parameters", "macs", "memory" or "receptive_field"; with
            ``result`` "gradient", "output_gradient", "training_gradient", "response", "change" or
            "deletion".
        result: of an experiment (``run``), or its JSON file; colours mean its main quantity unless
            ``color_by`` names another one.
        batch: samples at once, for colours by memory.
        dtype: the floating-point dtype that memory is counted for, such as "float16"; None for
            the model's own dtypes.
        repeats: runs of equal blocks: "auto" folds long ones, "fold" folds each, "all" draws all.
        legend: draw the legend.
        title: a line above the picture.
        show: what to write as well: "names", "activations", "shapes", "macs", "params", "dtype",
            "trainable"; several in a list, or with commas.
        hide: what to leave out: any of these, "batchnorm", "activation" and "dropout" (whose
            calls are bridged), "head" or "legend".
        caption: a line below the picture.
        totals: write the model's totals below the picture.
        theme: "light", "dark", "paper", or "auto": as the reader's system is (SVG only).
        background: that of the "theme", "white" or "transparent".
        width: pixels, or a text such as "17cm", "85mm", "6in", "240pt"; keeps the ratio. With
            ``height`` the picture is fitted and centred.
        height: as ``width``.
        fit: a place to choose layout, detail and folding for: "8.5cm" or "17cm" (at most 24 cm
            high), "17x10cm", "900px", "slide", "a4"; instead of a size.
        min_text: the least size of text in that place: pixels, or "6pt", the default.
        scale: instead of a size: pixels for one at 100 %; by default 2 for PNG, else 1.
        dpi: pixels per inch; by default 96 × scale in a PNG, 96 in a PDF.
        outline_text: letters as shapes in an SVG, which then looks the same without our font.

    Raises:
        AppError: the model, an option or the file can't be used; nothing is written then.

    Example:
        >>> resnet_viz.export("resnet34", "figure.svg", detail="block", open=["conv3_1"])
    """
    from resnet_viz.exports.fitting import figure_of
    from resnet_viz.exports.options import WITH_SIZE, format_of
    from resnet_viz.exports.request import PictureRequest
    from resnet_viz.exports.write import check_request, write_figure
    from resnet_viz.files import atomic_write, check_target
    from resnet_viz.sources.types import file_of

    target = path_of(path, "a picture")
    request = PictureRequest(
        detail=detail,
        open=open,
        layout=layout,
        style=style,
        color_by=color_by,
        result=result,
        batch=batch,
        dtype=dtype,
        repeats=repeats,
        legend=legend,
        title=title,
        show=show,
        hide=hide,
        caption=caption,
        totals=totals,
        theme=theme,
        background=background,
        width=width,
        height=height,
        fit=fit,
        min_text=min_text,
        scale=scale,
        dpi=dpi,
        outline_text=outline_text,
    )
    request.check()
    format_ = format_of(target)
    check_request(target, request.options(format_))
    models: Sequence[Model] = model if isinstance(model, list | tuple) else [cast("Model", model)]
    if not models:
        raise UsageError("export needs a model, or a list of models (not an empty one).")
    if len(models) > 1 and format_ not in WITH_SIZE:
        raise UsageError("Several models in one figure are drawn in PNG, SVG, PDF and TikZ.")
    documents = [document_of(each) for each in models]
    for document in documents:
        check_target(target, source=file_of(document.source))
    figure, request = figure_of(documents, request)
    with atomic_write(target) as file:
        write_figure(figure, file, format_, request.options(format_, title=figure.name))


def to_graphviz(
    model: Model,
    *,
    detail: Detail = "block",
    open: str | Sequence[str] = (),  # noqa: A002 - as on the command line
    repeats: Repeats = "auto",
    title: str = "",
    theme: Literal["light", "dark", "paper"] = "light",
) -> graphviz.Digraph:
    """Make a ``graphviz.Digraph`` of a model: a cluster for each open group, shapes on edges.

    Making it needs no Qt; rendering it needs Graphviz's ``dot`` on PATH.

    Args:
        model: as for ``analyze``, or its result.
        detail: how deep the graph goes: "stage", "block", "unit" or "layer".
        open: ids of groups to open in place, such as "conv3_1".
        repeats: runs of equal blocks: "auto" folds long ones, "fold" folds each, "all" draws all.
        title: a line above the picture.
        theme: "light", "dark" or "paper".

    Raises:
        AppError: the model or an option can't be used.

    Example:
        >>> graph = resnet_viz.to_graphviz("resnet34", detail="stage")
        >>> graph.render("resnet34", format="png")  # doctest: +SKIP
        'resnet34.png'
    """
    from resnet_viz.exports.figure import Figure
    from resnet_viz.exports.graph_languages.dot import digraph
    from resnet_viz.exports.request import PictureRequest

    request = PictureRequest(detail=detail, open=open, repeats=repeats, title=title, theme=theme)
    document = document_of(model)
    figure = Figure(document, request.view_of(document))
    return digraph(figure, request.options("dot", title=document.title))
