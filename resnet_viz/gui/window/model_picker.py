"""Pop-up list of all models that have names, opened by the model button."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets.controls import HintButton, row
from resnet_viz.gui.widgets.pick_list import PickList, PickRow
from resnet_viz.sources.catalog import BUILTIN_NAMES, find_architecture
from resnet_viz.sources.keras_applications import APPLICATION_NAMES, PREFIX, find_application

_WIDTH: Final = 460
_HEIGHT: Final = 520
_FAMILIES: Final = (
    "ConvNeXt", "DenseNet", "EfficientNetV2", "EfficientNet", "Inception", "MobileNet", "NASNet",
    "ResNet", "VGG", "Xception",
)  # fmt: skip


def family_of(name: str) -> str:
    """Family of a model of keras.applications: "ResNet" for "ResNet50V2"."""
    return next((family for family in _FAMILIES if name.startswith(family)), "Others")


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[str, tuple[PickRow, ...]], ...]:
    """Headings with their rows: the built-ins, then keras.applications by family."""
    own = tuple(
        PickRow(name, find_architecture(name).title, line=find_architecture(name).line)
        for name in BUILTIN_NAMES
    )
    families: dict[str, list[PickRow]] = {}
    for name in APPLICATION_NAMES:
        image = find_application(name).parameters[0]
        row = PickRow(f"{PREFIX}{name}", name, right=image.title(image.default))
        families.setdefault(family_of(name), []).append(row)
    theirs = tuple(
        (f"keras.applications · {family}", tuple(rows)) for family, rows in families.items()
    )
    return (("Built-in architectures", own), *theirs)


def rows_for(text: str) -> tuple[PickRow, ...]:
    """Rows whose name, line or heading contains every word of ``text``, with their headings."""
    words = text.casefold().split()
    matches: list[PickRow] = []
    for heading, rows in groups():
        fitting = [
            row
            for row in rows
            if all(
                word in f"{heading} {row.key} {row.title} {row.line}".casefold() for word in words
            )
        ]
        if fitting:
            matches += (PickRow("", heading), *fitting)
    return tuple(matches)


class ModelPicker(PickList):
    """A pop-up with every model that has a name, and buttons that open other models.

    Signals:
        chosen(str): a source's text (of the base class).
        command(str): id of the command of a button under the list.
    """

    command = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(
            theme,
            parent,
            rows=rows_for,
            prompt="Search models",
            nothing="No model matches '{}'.",
            width=_WIDTH,
            height=_HEIGHT,
        )
        self.variant = HintButton("Variant…")
        self.open = HintButton("Open…", "Ctrl+O")
        self.source = HintButton("Open Source…", "Ctrl+Shift+O")
        self.variant.clicked.connect(lambda: self._run("model.variant"))
        self.open.clicked.connect(lambda: self._run("file.open"))
        self.source.clicked.connect(lambda: self._run("file.open_source"))
        self._layout.addLayout(row(self.variant, self.open, self.source, 1))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        super().set_theme(theme)
        for button in (self.variant, self.open, self.source):
            button.set_colors(text="text", glyph=theme["text-2"])

    def pop_up(self, at: QPoint, current: str) -> None:
        """Show at a position on the screen, with one source's row current."""
        self.move(at)
        self.start(current)

    def _run(self, command_id: str) -> None:
        self.hide()
        self.command.emit(command_id)
