"""Dialog of Export…: format, theme, background, scale and the file to write."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from resnet_viz.drawing.display_list import Rect
from resnet_viz.drawing.themes import THEMES, Theme
from resnet_viz.errors import AppError
from resnet_viz.exports.options import BACKGROUNDS, FORMATS, Background, Format, frame_of
from resnet_viz.exports.options import ExportOptions as Look
from resnet_viz.exports.write import check_request
from resnet_viz.gui.widgets.controls import HintButton, Segments, row
from resnet_viz.gui.widgets.form_dialog import FormDialog
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.paint.fonts import font
from resnet_viz.services.preferences import Preferences

SCALES: Final = ("1", "2", "3", "4")


class ExportRequest(msgspec.Struct, frozen=True):
    """The file to write, and its options."""

    path: Path
    look: Look


class ExportChoices(msgspec.Struct, frozen=True):
    """Choices in the dialog, which starts with those made last."""

    format: str
    theme: str
    background: str
    scale: str


def remembered_choices(preferences: Preferences, theme: Theme) -> ExportChoices:
    """The choices made last; the window's theme and twice the size if there are none."""
    return ExportChoices(
        preferences.choice("export.format", FORMATS),
        preferences.choice("export.theme", (theme.name, *THEMES)),
        preferences.choice("export.background", BACKGROUNDS),
        preferences.choice("export.scale", ("2", *SCALES)),
    )


def remember_choices(preferences: Preferences, choices: ExportChoices) -> None:
    """Keep the choices for the next dialog."""
    for name, choice in msgspec.structs.asdict(choices).items():
        preferences.remember_choice(f"export.{name}", choice)


class ExportDialog(FormDialog):
    """Asks for options and file, and before it replaces one.

    Signals:
        confirmed(ExportRequest): the user wants this written.
    """

    confirmed = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        *,
        theme: Theme,
        prompter: Prompter,
        suggestion: Path,
        bounds: Rect,
        title: str,
        source: str,
        choices: ExportChoices,
    ) -> None:
        super().__init__(parent, "Export", "Export", theme)
        self._prompter = prompter
        self._bounds = bounds
        self._title = title
        self._source = source
        self.format = Segments([(name, name.upper()) for name in FORMATS], name="Format")
        self.colors = Segments(
            [("light", "Light"), ("dark", "Dark"), ("paper", "Paper")], name="Theme"
        )
        self.background = Segments(
            [("theme", "Theme"), ("white", "White"), ("transparent", "Transparent")],
            name="Background",
        )
        self.scale = Segments([(scale, f"{scale}×") for scale in SCALES], name="Scale")
        self.path = QLineEdit()
        self.browse = HintButton("Browse…")
        self._build()
        self._start(suggestion, choices)

    def _build(self) -> None:
        self.path.setFont(font(12))
        self.path.setAccessibleName("File")
        self.path.setMinimumWidth(260)
        self.browse.set_colors(text="text", glyph=self.theme["text-2"])
        self.browse.setAutoDefault(False)
        file = QWidget()
        file.setLayout(row(self.path, self.browse))
        for name, field in (
            ("Format", self.format),
            ("Theme", self.colors),
            ("Background", self.background),
            ("Scale", self.scale),
            ("File", file),
        ):
            self.add_row(name, field)
        self.format.chosen.connect(self._format_chosen)
        for field in (self.colors, self.background, self.scale):
            field.chosen.connect(lambda _: self._check())
        self.path.textChanged.connect(lambda _: self._path_changed())
        self.browse.clicked.connect(
            lambda: self._prompter.ask_target(self, self.path.text(), self.path.setText)
        )
        self.ok.clicked.connect(self._go)

    def _start(self, suggestion: Path, choices: ExportChoices) -> None:
        self.format.set_value(choices.format)
        self.colors.set_value(choices.theme)
        self.background.set_value(choices.background)
        self.scale.set_value(choices.scale)
        self.path.setText(str(suggestion.with_name(f"{suggestion.name}.{choices.format}")))
        self._check()

    @property
    def choices(self) -> ExportChoices:
        """The current choices."""
        return ExportChoices(
            self.format.value(), self.colors.value(), self.background.value(), self.scale.value()
        )

    def request(self) -> ExportRequest:
        """The request for the current choices."""
        is_png = self.format.value() == "png"
        look = Look(
            theme=THEMES[self.colors.value()],
            background=cast("Background", self.background.value()),
            scale=float(self.scale.value()) if is_png else None,
            title=self._title,
        )
        return ExportRequest(Path(self.path.text().strip()).expanduser(), look)

    def _format_chosen(self, chosen: str) -> None:
        path = Path(self.path.text())
        stem = path.stem if path.suffix.lower().lstrip(".") in FORMATS else path.name
        if stem:
            self.path.setText(str(path.with_name(f"{stem}.{chosen}")))
        self._check()

    def _path_changed(self) -> None:
        suffix = Path(self.path.text().strip()).suffix.lower().lstrip(".")
        if suffix in FORMATS:
            self.format.set_value(suffix)
        self._check()

    def _check(self) -> None:
        chosen = cast("Format", self.format.value())
        self.set_row_visible(self.scale, visible=chosen == "png")
        request = self.request()
        try:
            if not self.path.text().strip():
                self.show_message("Name a file to write to.", error=True)
                return
            check_request(request.path, request.look, source=self._source)
            frame = frame_of(self._bounds, request.look, chosen)
        except AppError as error:
            self.show_message(error.message, error=True)
            return
        unit = "pixels" if chosen == "png" else "px at 100 %"
        self.show_message(f"{frame.width:,.0f}×{frame.height:,.0f} {unit}.")

    def _go(self) -> None:
        request = self.request()
        if request.path.exists():
            question = f"{request.path.name} already exists. Replace it?"
            self._prompter.confirm(self, question, "Replace", lambda: self._confirm(request))
        else:
            self._confirm(request)

    def _confirm(self, request: ExportRequest) -> None:
        self.confirmed.emit(request)
        self.accept()
