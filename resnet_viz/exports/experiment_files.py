"""Files of an experiment's result: JSON, CSV, and charts as PNG, SVG or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from resnet_viz.drawing.themes import THEMES
from resnet_viz.errors import UsageError, quoted
from resnet_viz.experiments.results import Result
from resnet_viz.exports.options import ExportOptions
from resnet_viz.exports.request import check_choice
from resnet_viz.files import atomic_write, check_target
from resnet_viz.reports.experiments.formats import render_result

_TABLES: Final = (".json", ".csv")
_CHARTS: Final = (".png", ".svg", ".pdf")


def check_result_target(path: Path, *, source: str = "", theme: str = "light") -> None:
    """Refuse a file that can't be written, before minutes of work.

    Raises:
        UsageError: an unknown suffix or theme.
        WriteError: the file can't be written, or is the model itself.
    """
    if path.suffix.lower() not in (*_TABLES, *_CHARTS):
        raise UsageError(
            f"{quoted(str(path))} can't be written: use .json, .csv, .png, .svg or .pdf."
        )
    check_choice("theme", theme)
    check_target(path, source=source)


def write_result(result: Result, path: Path, *, theme: str = "light") -> None:
    """Write ``result`` whole or not at all; the suffix of ``path`` is the format.

    Raises:
        AppError: the file can't be written, or Qt can't be loaded for a chart.
    """
    if path.suffix.lower() in _TABLES:
        with atomic_write(path) as file:
            file.write(render_result(result, path.suffix.lower().removeprefix(".")))
        return
    from resnet_viz.drawing.charts.experiment_picture import experiment_picture
    from resnet_viz.exports.figure import start_qt
    from resnet_viz.exports.write import write_picture

    start_qt()
    options = ExportOptions(theme=THEMES[check_choice("theme", theme)])
    write_picture(experiment_picture(result), path, options)
