"""Opens the dialog with the layers of a model that cannot be drawn, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from resnet_viz.graph.layer_tree import UntracedError
from resnet_viz.gui.session import Session

if TYPE_CHECKING:  # at run time it is imported when first shown
    from resnet_viz.gui.opening.layers_dialog import LayersDialog


class LayersPage:
    """The layers dialog of a window."""

    def __init__(self, session: Session, window: QWidget) -> None:
        self._session = session
        self._window = window
        self._dialog: LayersDialog | None = None
        session.theme_changed.connect(self._set_theme)

    def show(self, title: str, error: UntracedError) -> None:
        """Show the layers of a model, in place of another's."""
        from resnet_viz.gui.opening.layers_dialog import LayersDialog

        self.close()
        self._dialog = LayersDialog(self._window, title, error, self._session.theme)
        self._dialog.finished.connect(self._forget)
        self._dialog.show()

    def close(self) -> None:
        """Close the dialog, if it is open."""
        if self._dialog is not None:
            self._dialog.accept()

    def _forget(self) -> None:
        self._dialog = None

    def _set_theme(self) -> None:
        if self._dialog is not None:
            self._dialog.set_theme(self._session.theme)
