"""The bottom dock with all that its tabs need."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from resnet_viz.gui.cost.tab import CostTab
from resnet_viz.gui.diagram.memory_basis_button import basis_of
from resnet_viz.gui.dock.dock import Dock, Maker, TabName, TabWidget
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.services.preferences import Preferences


class DockTabs(QObject):
    """Makes the dock and its tabs.

    Attributes:
        dock: the widget.
        tell: shows an error; set by who has a place to show it.
    """

    def __init__(self, session: Session, settings: Preferences, prompter: Prompter) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._prompter = prompter
        self.tell: Callable[[Exception], None] = lambda _: None
        session.set_basis(basis_of(settings.text("memory.batch"), settings.text("memory.dtype")))
        session.view_changed.connect(self._remember_basis)
        makers: dict[TabName, Maker] = {
            "cost": self._make_cost,
            "layers": self._make_layers,
            "problems": self._make_problems,
            "field": self._make_field,
        }
        self.dock = Dock(makers)
        self.dock.show_tab(settings.choice("dock.tab", tuple(makers)))
        session.document_changed.connect(self._count_problems)
        self.dock.tab_changed.connect(self._tab_changed)

    def stop(self) -> None:
        """End what runs behind the tabs."""
        self.dock.stop()

    def _tab_changed(self, name: str) -> None:
        self._settings.remember_choice("dock.tab", name)

    def _count_problems(self) -> None:
        document = self._session.document
        self.dock.set_count("problems", 0 if document is None else len(document.problems))

    def _remember_basis(self) -> None:
        basis = self._session.view.basis
        self._settings.remember_text("memory.batch", str(basis.batch))
        self._settings.remember_text("memory.dtype", basis.dtype or "")

    def _make_cost(self) -> CostTab:
        return CostTab(self._session, self._settings)

    def _tell(self, error: Exception) -> None:
        self.tell(error)

    # Imported when first shown: the window comes up without them.

    def _make_layers(self) -> TabWidget:
        from resnet_viz.gui.layer_table.tab import LayersTab

        return LayersTab(self._session, self._settings, self._prompter, self._tell)

    def _make_problems(self) -> TabWidget:
        from resnet_viz.gui.problems.tab import ProblemsTab

        return ProblemsTab(self._session)

    def _make_field(self) -> TabWidget:
        from resnet_viz.gui.receptive_field.tab import FieldTab

        return FieldTab(self._session, self._settings, self._prompter, self._tell)
