"""Options as words and numbers, checked and made into settings and a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from resnet_viz.analysis.costs.memory_basis import MODEL_BASIS, MemoryBasis
from resnet_viz.analysis.keras_ops.dtypes import DTYPES
from resnet_viz.drawing.themes import THEMES
from resnet_viz.errors import UsageError, quoted
from resnet_viz.exports.choices import check_choice
from resnet_viz.exports.options import ExportOptions
from resnet_viz.layout.view import View
from resnet_viz.suggestions import unknown_name

_SIZES: Final = ("scale", "width", "height", "dpi")


def settings_from(options: Mapping[str, Any], *, title: str = "") -> ExportOptions:
    """The settings that the options ask for; ``title`` names the document if they do not.

    Raises:
        UsageError: an option has a value that it can't have.
    """
    theme = check_choice("theme", options.get("theme", "light"))
    background: Any = check_choice("background", options.get("background", "theme"))
    sizes = {name: options.get(name) for name in _SIZES}
    said = options.get("title") or title
    return ExportOptions(theme=THEMES[theme], background=background, title=said, **sizes)


def view_from(options: Mapping[str, Any]) -> View:
    """The view that the options ask for, with no group opened yet.

    Raises:
        UsageError: an option has a value that it can't have.
    """
    default = View()
    words: dict[str, Any] = {
        name: check_choice(name, options.get(name, getattr(default, name)))
        for name in ("detail", "layout", "color_by", "repeats")
    }
    words["color_by"] = words["color_by"].replace("-", "_")
    basis = _basis(options.get("batch"), options.get("dtype"))
    legend, title = options.get("legend", True), options.get("title", "")
    return View(legend=legend, title=title, basis=basis, **words)


def _basis(batch: Any, dtype: Any) -> MemoryBasis:  # noqa: ANN401 - whatever a script says
    """Batch size and dtype, checked; None is the default of either."""
    batch = MODEL_BASIS.batch if batch is None else batch
    if type(batch) is not int or batch < 1:
        raise UsageError(f"batch takes a whole number more than 0 (not {quoted(str(batch))}).")
    if dtype is not None and dtype not in DTYPES:
        raise UsageError(unknown_name("dtype", str(dtype), DTYPES))
    return MemoryBasis(batch, dtype)
