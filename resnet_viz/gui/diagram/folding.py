"""Fold of the stages for the canvas, where the reader looks at the whole picture."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer

from resnet_viz.gui.diagram.view_controller import ViewController
from resnet_viz.gui.session import Session
from resnet_viz.scene.canvas import Canvas
from resnet_viz.scene.lod import NEAR_FROM

_STILL: Final = 150
"""Milliseconds without a change of size after which the stages are folded anew."""
_SAME: Final = 0.03
"""Change of the ratio that is not worth another picture."""


class FittedFolding(QObject):
    """Fit shows stages folded, if they can't be read beside each other, and keeps them so."""

    def __init__(
        self, session: Session, canvas: Canvas, views: ViewController, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._views = views
        self._resizing = QTimer(self)
        self._resizing.setSingleShot(True)
        self._resizing.setInterval(_STILL)
        self._resizing.timeout.connect(self._follow)
        canvas.fit_asked.connect(self._fold)
        canvas.fitted_resized.connect(self._resizing.start)

    def _fold(self) -> None:
        if self._session.view.layout == "stages" and self._canvas.fitting_zoom < NEAR_FROM:
            self._views.change(layout="wrap")
        else:
            self._follow()

    def _follow(self) -> None:
        """Fold for the canvas as it is now."""
        view, aspect = self._session.view, self._canvas.aspect
        if view.layout == "wrap" and abs(view.aspect / aspect - 1.0) > _SAME:
            self._views.change(layout="wrap")
