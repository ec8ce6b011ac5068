"""The bottom dock with all its tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from resnet_viz.gui.cost.tab import CostTab
from resnet_viz.gui.dock.dock import Dock, Maker, TabName, TabWidget
from resnet_viz.gui.notices.engine_log import EngineLog
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.types import PythonFunction

if TYPE_CHECKING:
    from resnet_viz.gui.experiments.results import ExperimentResults


class DockTabs(QObject):
    """Makes the dock and its tabs, and remembers which one is shown.

    Attributes:
        dock: the widget.
    """

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        prompter: Prompter,
        log: EngineLog,
        *,
        results: Callable[[], ExperimentResults],
        consent: Callable[[PythonFunction, Callable[[], None]], None],
        engine_command: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._prompter = prompter
        self._log = log
        self._results = results
        self._consent = consent
        self._engine_command = engine_command
        makers: dict[TabName, Maker] = {
            "cost": lambda: CostTab(session, preferences),
            "layers": self._make_layers,
            "problems": self._make_problems,
            "field": self._make_field,
            "run": self._make_run,
            "log": self._make_log,
        }
        self.dock = Dock(makers)
        self.dock.show_tab(preferences.choice("dock.tab", tuple(makers)[:-1]))  # never the log
        self.dock.tab_changed.connect(lambda name: preferences.remember_choice("dock.tab", name))
        session.document_changed.connect(self._count_problems)
        self._count_problems()

    def _count_problems(self) -> None:
        document = self._session.document
        self.dock.set_count("problems", 0 if document is None else len(document.problems))

    # Imported when first shown.

    def _make_layers(self) -> TabWidget:
        from resnet_viz.gui.layer_table.tab import LayersTab

        return LayersTab(self._session, self._preferences, self._prompter)

    def _make_problems(self) -> TabWidget:
        from resnet_viz.gui.problems.tab import ProblemsTab

        return ProblemsTab(self._session)

    def _make_field(self) -> TabWidget:
        from resnet_viz.gui.receptive_field.tab import FieldTab

        return FieldTab(self._session, self._preferences, self._prompter)

    def _make_run(self) -> TabWidget:
        from resnet_viz.gui.experiments.tab import RunTab

        return RunTab(
            self._session,
            self._preferences,
            self._prompter,
            self._results(),
            consent=self._consent,
            command=self._engine_command,
        )

    def _make_log(self) -> TabWidget:
        from resnet_viz.gui.notices.log_tab import LogTab

        return LogTab(self._session, self._log)
