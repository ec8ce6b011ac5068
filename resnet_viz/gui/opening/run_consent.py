"""Consent before the user's own code is run: asked each time, or once per session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.sources.lasting_text import lasting_text
from resnet_viz.sources.types import PastFunction, PythonFunction


def question_of(source: PythonFunction) -> tuple[str, str]:
    """Question and explanation: exactly what would run, and where."""
    folder = Path.cwd()
    if source.is_file:
        path = os.path.abspath(source.location)  # noqa: PTH100 - shown as the user gave it
        name, code = Path(path).name, f"all of the file {path}"
    else:
        name = source.location
        code = f"the module {source.location}, from the folder {folder} or as it is installed"
    if isinstance(source, PastFunction):
        name = f"{name} at {source.revision}"
        code = f"{code}, as it was in the git revision {source.revision}"
    return (
        f"Run {source.function}() from {name}?",
        f"This runs {code}, and then {source.function}().\n\n"
        f"It runs in the engine, a process of its own with Python and TensorFlow, in the folder "
        f"{folder}, with your rights: it can read and change your files and use the network. "
        "Run only code that you trust.",
    )


class RunConsent:
    """Remembers the sources that may be run without asking in this session."""

    def __init__(self, prompter: Prompter, parent: QWidget) -> None:
        self._prompter = prompter
        self._parent = parent
        self._always: set[str] = set()

    def has(self, source: PythonFunction) -> bool:
        """Return whether the source may be run without asking."""
        return lasting_text(source) in self._always

    def add(self, source: PythonFunction) -> None:
        """Let the source be run without asking from now on."""
        self._always.add(lasting_text(source))

    def ask(self, source: PythonFunction, then: Callable[[], None]) -> None:
        """Call ``then`` once the user has agreed; never if they decline."""
        if self.has(source):
            then()
            return

        def agreed(always: bool) -> None:
            if always:
                self.add(source)
            then()

        question, explanation = question_of(source)
        self._prompter.ask_to_run(self._parent, question, explanation, agreed)
