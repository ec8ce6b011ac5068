"""Colours of the canvas by what experiments have measured, in step with their results."""

from __future__ import annotations

from PySide6.QtCore import QObject

from resnet_viz.experiments.layer_numbers import QUANTITIES, LayerNumbers, Quantity
from resnet_viz.gui.commands.actions import Actions
from resnet_viz.gui.diagram.view_controller import ViewController
from resnet_viz.gui.experiments.results import ExperimentResults
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.choice_button import ChoiceButton


class CanvasColors(QObject):
    """Offers the quantities that are known of the open model, and colours the canvas by them.

    While an experiment runs, the canvas follows: a new picture is asked for as soon as the last one
    is there.

    Args:
        session: has the open model and its view.
        results: of the experiments.
        views: changes the view.
        actions: has a command for each quantity.
        button: lists the meanings of colours, too.
        parent: the owner.
    """

    def __init__(
        self,
        session: Session,
        results: ExperimentResults,
        views: ViewController,
        *,
        actions: Actions,
        button: ChoiceButton,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._results = results
        self._views = views
        self._actions = actions
        self._button = button
        results.changed.connect(self._follow)
        session.document_changed.connect(self._follow)
        session.picture_changed.connect(self._follow)
        session.view_changed.connect(self._follow)
        self._follow()

    def show(self, quantity: Quantity) -> None:
        """Colour the canvas by a quantity of the open model."""
        measured = self._known().get(quantity)
        if measured is not None:
            self._views.change(color_by=quantity, measured=measured)

    def _known(self) -> dict[Quantity, LayerNumbers]:
        document = self._session.document
        return {} if document is None else self._results.quantities(document.source)

    def _follow(self) -> None:
        known = self._known()
        for quantity in QUANTITIES:
            for action in (self._actions[f"view.color.{quantity}"], self._button.action(quantity)):
                action.setVisible(quantity in known)
                action.setEnabled(quantity in known)
        view = self._session.view
        if view.color_by not in QUANTITIES or not self._views.is_current:
            return
        measured = next((known[each] for each in known if each == view.color_by), None)
        if measured is None:
            self._views.change(color_by="stage", measured=None)
        elif measured != view.measured:
            self._views.change(measured=measured)
