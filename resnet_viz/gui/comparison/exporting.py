"""Export of the compare view's picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.exporting.exporter import Exporter, file_stem
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.layout.view import View
from resnet_viz.services.preferences import Preferences

if TYPE_CHECKING:
    from resnet_viz.comparison.types import Comparison


class ComparisonExporter:
    """Asks for a file, whose suffix is the format, and writes the picture in a thread.

    Args:
        exporter: runs the job and reports it.
        prompter: asks for the file.
        preferences: remembers the folder.
        window: parent of the question.
    """

    def __init__(
        self, exporter: Exporter, prompter: Prompter, preferences: Preferences, window: QWidget
    ) -> None:
        self._exporter = exporter
        self._prompter = prompter
        self._preferences = preferences
        self._window = window

    def ask(self, comparison: Comparison, view: View, theme: Theme, *, is_split: bool) -> None:
        """Ask for the file and write the view of the comparison."""
        stem = file_stem(f"{comparison.a.title} and {comparison.b.title}")
        suggestion = Path(self._preferences.folder("export")) / f"{stem}.svg"

        def write(chosen: str) -> None:
            path = Path(chosen)
            self._preferences.remember_folder("export", str(path.parent.absolute()))
            self._exporter.start(
                path, lambda: _write(comparison, view, theme, path, is_split=is_split)
            )

        self._prompter.ask_target(self._window, str(suggestion), write)


def _write(comparison: Comparison, view: View, theme: Theme, path: Path, *, is_split: bool) -> None:
    from resnet_viz.exports.comparison.figure import comparison_figure
    from resnet_viz.exports.options import ExportOptions, format_of
    from resnet_viz.exports.write import write_figure
    from resnet_viz.files import atomic_write, check_target
    from resnet_viz.sources.types import file_of

    format_ = format_of(path)
    for document in (comparison.a, comparison.b):
        check_target(path, source=file_of(document.source))
    figure = comparison_figure(comparison, view, is_split=is_split)
    with atomic_write(path) as file:
        write_figure(figure, file, format_, ExportOptions(theme=theme, title=figure.title))
