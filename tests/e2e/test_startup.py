"""Modules loaded before the first picture; everything else comes after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.window.starts import UNTIL_KEPT, folders

PROBE = """
import os, sys
from resnet_viz.services.timings import Timings

def mark(self, name):
    if name == "diagram_painted":
        print(*sys.modules, flush=True)
        os._exit(0)

Timings.mark = mark
from resnet_viz.cli.main import main
main(["resnet34"])
"""

ROOMS = (
    "_version", "assets", "document", "drawing.display_list", "drawing.glyphs",
    "drawing.legend.type_key", "drawing.marks", "drawing.measure", "drawing.themes", "errors",
    "experiments.layer_numbers", "files", "graph", "interruption", "layout.folds",
    "layout.metrics", "layout.open_state", "layout.view", "paint", "part_files", "scene",
    "sources", "suggestions", "typing_compat",
    "analysis.costs.memory.basis", "analysis.costs.types", "analysis.keras_ops",
    "analysis.problems.types", "analysis.structure.types", "analysis.wording",
    "engine_client.client", "engine_client.command", "engine_client.request_queue",
    "protocol.framing", "protocol.messages", "protocol.mismatch",
    "cli.arguments", "cli.main", "cli.parser", "cli.streams", "cli.window",
    "services.cache", "services.document_cache", "services.events", "services.file_watcher",
    "services.graph_source", "services.pipeline", "services.preferences", "services.shape_check",
    "services.source_title", "services.timings", "services.worker",
    "gui.app", "gui.command_handlers", "gui.session", "gui.targets",
    "gui.commands.actions", "gui.commands.table",
    "gui.diagram.dimming", "gui.diagram.remembered_basis", "gui.diagram.view_controller",
    "gui.exporting.exporter",
    "gui.notices.bar", "gui.notices.engine_log", "gui.notices.errors",
    "gui.opening.layers_page", "gui.opening.progress", "gui.opening.opener", "gui.opening.recent",
    "gui.opening.recent_menu", "gui.opening.reloading", "gui.opening.run_consent",
    "gui.widgets.choice_button", "gui.widgets.clipboard", "gui.widgets.controls",
    "gui.widgets.icons", "gui.widgets.prompter", "gui.widgets.style_sheet",
    "gui.widgets.system_prompter",
    "gui.window.empty_page", "gui.window.engine_status", "gui.window.first_paint",
    "gui.window.deadline", "gui.window.gc_tuning", "gui.window.picture_notes",
    "gui.window.quit_signals",
    "gui.window.status_bar", "gui.window.status_text", "gui.window.system_theme",
    "gui.window.toolbar",
    "gui.window.window",
)  # fmt: skip
"""Rooms and modules that the first picture of a kept document may load. Before adding one: can it
come later?"""

LATER = {"asyncio", "csv", "hashlib", "multiprocessing", "numpy", "subprocess"}
"""Imported by nothing that the first picture needs; they take milliseconds."""


def is_allowed(module: str) -> bool:
    inside = module.removeprefix("resnet_viz.")
    return any(
        inside == room or inside.startswith(f"{room}.") or room.startswith(f"{inside}.")
        for room in ROOMS
    )


def test_that_only_what_the_first_picture_needs_is_loaded_before_it(tmp_path: Path) -> None:
    def start(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, **folders(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip

    start(UNTIL_KEPT)
    done = start(PROBE)
    loaded = set(done.stdout.split())
    ours = {module for module in loaded if module.startswith("resnet_viz.")}
    others = {module.partition(".")[0] for module in loaded - ours} - sys.stdlib_module_names
    assert {"resnet_viz.scene.canvas", "resnet_viz.gui.app"} <= ours, done.stderr
    assert {module for module in ours if not is_allowed(module)} == set()
    assert loaded & LATER == set()
    public = {name for name in others if not name.startswith("_")}
    assert public <= {
        "PySide6", "resnet_viz", "shiboken6", "shibokensupport", "signature_bootstrap",
        "msgspec", "typing_extensions",
    }  # fmt: skip
