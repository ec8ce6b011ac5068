"""A figure in a notebook's output: an HTML page in a frame, and SVG where frames don't run."""

from __future__ import annotations

import io
from functools import cached_property
from html import escape

from resnet_viz.drawing.themes import LIGHT, Theme
from resnet_viz.exports.alt_text import alt_text
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.options import ExportOptions, FormatName
from resnet_viz.exports.write import write_figure

_HEAD_HEIGHT = 44
"""Pixels of the page's header."""
_HEIGHTS = (320, 720)
"""Least and most pixels of a frame whose height nobody chose."""


class InlinePicture:
    """A picture that a notebook shows; ``repr`` tells it in a sentence.

    Args:
        figure: what is drawn.
        theme: its colours; a page has the dark ones too.
        height: pixels of the frame; None for the picture's own, within limits.
        interactive: whether HTML is offered, and not only SVG.
    """

    def __init__(
        self,
        figure: Figure,
        *,
        theme: Theme = LIGHT,
        height: int | None = None,
        interactive: bool = True,
    ) -> None:
        self._figure = figure
        self._options = ExportOptions(theme=theme, title=figure.document.title)
        self._height = height
        self._interactive = interactive

    def __repr__(self) -> str:
        return f"<{alt_text(self._figure.document).rstrip('.')}>"

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        return self._written("svg")

    @cached_property
    def html(self) -> str:
        """A frame that holds the whole page; it can't reach the notebook around it."""
        least, most = _HEIGHTS
        natural = self._figure.picture.bounds.height + _HEAD_HEIGHT
        height = self._height or round(min(most, max(least, natural)))
        page = self._written("html").replace("&", "&amp;").replace("'", "&#39;")
        return (
            f"<iframe srcdoc='{page}' "
            f'sandbox="allow-scripts" title="{escape(alt_text(self._figure.document))}" '
            f'width="100%" height="{height}" '
            'style="border:1px solid #C4CBD5;border-radius:8px;max-width:100%"></iframe>'
        )

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str | None:
        return self.html if self._interactive else None

    def _written(self, format_: FormatName) -> str:
        file = io.BytesIO()
        write_figure(self._figure, file, format_, self._options)
        return file.getvalue().decode()
