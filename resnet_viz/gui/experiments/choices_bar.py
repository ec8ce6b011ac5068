"""Bar of an experiment's choices: data, counterpart, steps, optimiser, seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSpinBox, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.experiments.choices import (
    MOST_PICTURES,
    MOST_SEED,
    MOST_STEPS,
    TRAINED,
    ExperimentChoices,
    ExperimentKind,
    checked_choices,
)
from resnet_viz.gui.widgets.choice_button import ChoiceButton
from resnet_viz.gui.widgets.controls import column, label, row
from resnet_viz.paint.fonts import font

_AGAINST: Final = (("", "itself without shortcuts"), ("none", "nothing"))
_DATA: Final = (("digits", "Digits"), ("cifar10", "CIFAR-10"), ("folder", "Folder of pictures…"))
_OPTIMIZERS: Final = (("sgd", "SGD, momentum 0.9"), ("adam", "Adam"), ("adamw", "AdamW"),
                      ("rmsprop", "RMSprop"))  # fmt: skip
_INITS: Final = (
    ("auto", "auto"), ("he_normal", "He normal"), ("glorot_uniform", "Glorot uniform"),
    ("keep", "the file's weights"),
)  # fmt: skip
_NORMALIZATION: Final = (("with", "with"), ("without", "without"))


class ChoicesBar(QWidget):
    """Choices of one experiment, in one line.

    Signals:
        folder_wanted(): the user wants pictures of a folder.
    """

    folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._folder = ""
        self.data = ChoiceButton(_DATA, name="Data")
        self.against = ChoiceButton(_AGAINST, name="Against")
        self.steps = _spin("Steps", 1, MOST_STEPS, 200)
        self.batch = _spin("Batch size", 1, MOST_PICTURES, 32)
        self.optimizer = ChoiceButton(_OPTIMIZERS, name="Optimiser")
        self.rate = QLineEdit("0.1")
        self.rate.setAccessibleName("Learning rate")
        self.rate.setFixedWidth(66)
        self.rate.setFont(font(12, tabular=True))
        self.init = ChoiceButton(_INITS, name="Initial weights")
        self.normalization = ChoiceButton(_NORMALIZATION, name="Normalisation")
        self.seed = _spin("Seed", 0, MOST_SEED, 0)
        self._build()
        self.data.chosen.connect(self._on_data)
        self.optimizer.chosen.connect(self._on_optimizer)

    def _build(self) -> None:
        measured = (
            ("Against", self.against),
            ("Data", self.data),
            ("Batch", self.batch),
            ("Seed", self.seed),
            ("Weights", self.init),
            ("Normalisation", self.normalization),
        )
        trained = (("Steps", self.steps), ("Optimiser", self.optimizer), ("Rate", self.rate))
        self.training = QWidget()
        self.training.setLayout(_line(trained))
        layout = column(_line(measured), self.training, spacing=4)
        layout.setContentsMargins(12, 2, 12, 6)
        self.setLayout(layout)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        for button in (self.data, self.against, self.optimizer, self.init, self.normalization):
            button.set_colors(text="text", glyph=theme["text-2"])

    def show_kind(self, kind: ExperimentKind) -> None:
        """Show the fields that an experiment has."""
        self.training.setVisible(kind in TRAINED)

    def set_folder(self, folder: str) -> None:
        """Use pictures of a folder."""
        self._folder = folder
        self.data.set_value("folder", folder.rstrip("/").rsplit("/", 1)[-1])

    def choices(self, kind: ExperimentKind, *, at: str = "", image: str = "") -> ExperimentChoices:
        """The choices.

        Raises:
            UsageError: a number is out of range.
        """
        return checked_choices(
            kind,
            data=self._folder if self.data.value() == "folder" else self.data.value(),
            steps=self.steps.value() if kind in TRAINED else None,
            batch=self.batch.value(),
            optimizer=self.optimizer.value(),
            learning_rate=_number(self.rate.text()),
            init=self.init.value(),
            normalization=self.normalization.value() == "with",
            seed=self.seed.value(),
            at=at,
            image=image,
        )

    def _on_data(self, key: str) -> None:
        if key == "folder":
            self.data.set_value("digits")
            self.folder_wanted.emit()

    def _on_optimizer(self, key: str) -> None:
        self.rate.setText("0.1" if key == "sgd" else "0.001")


def _line(fields: Sequence[tuple[str, QWidget]]) -> QHBoxLayout:
    """Fields with their names, side by side."""
    line = row(spacing=6)
    for name, field in fields:
        line.addWidget(label(name, size=11, tone="text-3"))
        line.addWidget(field)
        line.addSpacing(2)
    line.addStretch(1)
    return line


def _spin(name: str, least: int, most: int, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setValue(value)
    spin.setGroupSeparatorShown(True)
    spin.setAccessibleName(name)
    spin.setFont(font(12, tabular=True))
    spin.setProperty("plain", "true")  # without buttons; Qt's own way leaves no room for the text
    spin.setFixedWidth(58)
    return spin


def _number(text: str) -> float:
    """A number as typed; not a number if it is none, which the check of choices refuses."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")
