"""Help dialogs: keys and gestures, from the table of commands, and About."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from resnet_viz._version import __version__
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.commands.table import COMMANDS, GESTURES
from resnet_viz.gui.widgets.controls import HintButton, label, row


def _dialog(parent: QWidget, title: str, theme: Theme) -> tuple[QDialog, QVBoxLayout]:
    made = QDialog(parent)
    made.setWindowTitle(title)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    close = HintButton("Close")
    close.set_colors(text="text", glyph=theme["text-2"])
    close.clicked.connect(made.accept)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(20, 18, 20, 16)
    layout.setSpacing(12)
    layout.addWidget(label(title, size=16, weight=700))
    inner = QVBoxLayout()
    layout.addLayout(inner)
    layout.addLayout(row(1, close))
    return made, inner


def keys_text() -> tuple[tuple[str, str], ...]:
    """Every gesture and shortcut with its meaning."""
    native = QKeySequence.SequenceFormat.NativeText
    keys = [
        (
            ", ".join(QKeySequence(keys).toString(native) for keys in command.shortcut),
            f"{command.submenu}: {command.text}" if command.submenu else command.text.rstrip("…"),
        )
        for command in COMMANDS
        if command.shortcut
    ]
    return (*GESTURES, *keys)


def keys_dialog(parent: QWidget, theme: Theme) -> QDialog:
    """Dialog with all keys, in two columns."""
    made, layout = _dialog(parent, "Keys", theme)
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    entries = keys_text()
    half = (len(entries) + 1) // 2
    for index, (keys, text) in enumerate(entries):
        line, column = index % half, index // half * 3
        grid.addWidget(label(keys, size=12, weight=600), line, column)
        grid.addWidget(label(text, size=12, tone="text-2"), line, column + 1)
    grid.setColumnMinimumWidth(2, 24)
    layout.addLayout(grid)
    return made


def about_dialog(parent: QWidget, theme: Theme, engine: str) -> QDialog:
    """Dialog with the version, the purpose of the program and the engine."""
    made, layout = _dialog(parent, "resnet-viz", theme)
    layout.setSpacing(6)
    layout.addWidget(label(f"Version {__version__}", tone="text-2", selectable=True))
    layout.addWidget(
        label(
            "Shows a neural network as it really is: every block, every shortcut,"
            " every number counted."
        )
    )
    if engine:
        layout.addWidget(label(engine, tone="text-2", selectable=True))
    layout.addWidget(label("Font: Pretendard (OFL). Icons: Lucide (ISC).", tone="text-3"))
    return made
