"""Small controls that the window's parts share: labels, rules, icon buttons, segments."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from resnet_viz.gui.widgets.icons import icon, icon_pixmap
from resnet_viz.paint.fonts import font

_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


def label(
    text: str,
    *,
    size: float = 12,
    weight: int = 400,
    tone: str = "text",
    tabular: bool = False,
    selectable: bool = False,
    wrap: bool = False,
) -> QLabel:
    """A label in one of the board's text styles; ``tone`` is a colour token of text."""
    made = QLabel(text)
    made.setFont(font(size, weight, tabular=tabular))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(_SELECTABLE)
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return made


def set_tone(made: QLabel, tone: str) -> None:
    """Give a label another colour."""
    if made.property("tone") == tone:
        return
    made.setProperty("tone", tone)
    made.style().unpolish(made)
    made.style().polish(made)


def rule(height: int = 24) -> QFrame:
    """A vertical divider of a tool bar."""
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedSize(1, height)
    return made


def row(*parts: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; a number is a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
        else:
            made.addWidget(part)
    return made


def column(*parts: QWidget | QLayout | tuple[QWidget, int], spacing: int = 0) -> QVBoxLayout:
    """Widgets and layouts one below the other; a pair has a stretch factor."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        if isinstance(part, QLayout):
            made.addLayout(part)
        elif isinstance(part, QWidget):
            made.addWidget(part)
        else:
            made.addWidget(*part)
    return made


class IconButton(QToolButton):
    """A borderless button with one icon; its name is what a screen reader and a tooltip say."""

    def __init__(self, name: str, text: str, *, size: int = 28, glyph: int = 16) -> None:
        super().__init__()
        self.setObjectName("icon")
        self._name = name
        self._glyph = glyph
        self.setFixedSize(size, size)
        self.setIconSize(QSize(glyph, glyph))
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_color(self, color: str) -> None:
        """Draw the icon in a colour."""
        self.setIcon(icon(self._name, color, self._glyph))

    def set_name(self, name: str, color: str) -> None:
        """Show another icon."""
        self._name = name
        self.set_color(color)


class HintButton(QPushButton):
    """A push button that shows its key in text-3 behind its text ("Fit F")."""

    def __init__(self, text: str, hint: str = "", *, name: str = "", tail: str = "") -> None:
        super().__init__()
        self._icons: list[tuple[QLabel, str]] = []
        self._tone = "text"
        self._text = label(text)
        self._hint = label(hint, size=11, tone="text-3")
        if not hint:  # showing it before it has a parent would make it a window
            self._hint.hide()
        parts: list[QWidget | int] = []
        if name:
            parts.append(self._glyph(name))
        parts += [self._text, self._hint]
        if tail:
            parts += [1, self._glyph(tail)]
        self._row = row(*parts, spacing=7)
        self._row.setContentsMargins(11, 0, 11, 0)
        self.setLayout(self._row)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for part in (self._text, self._hint):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _glyph(self, name: str) -> QLabel:
        made = QLabel()
        made.setFixedSize(14, 14)
        made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._icons.append((made, name))
        return made

    def set_text(self, text: str, hint: str | None = None) -> None:
        """Show another text (and hint)."""
        self._text.setText(text)
        self.setAccessibleName(text)
        if hint is not None:
            self._hint.setText(hint)
            self._hint.setVisible(bool(hint))

    def text(self) -> str:
        """The text without its hint."""
        return self._text.text()

    def set_weight(self, weight: int) -> None:
        """Set the text's weight."""
        self._text.setFont(font(12, weight))

    def changeEvent(self, event: QEvent) -> None:
        """Qt's: the text of a disabled button is text-3."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            set_tone(self._text, self._tone if self.isEnabled() else "text-3")

    def set_colors(self, *, text: str, glyph: str) -> None:
        """Colour token of the text and colour of the icons."""
        self._tone = text
        set_tone(self._text, text if self.isEnabled() else "text-3")
        for place, name in self._icons:
            place.setPixmap(icon_pixmap(name, glyph, 14, self.devicePixelRatioF()))

    def sizeHint(self) -> QSize:
        """As wide as what it shows."""
        return QSize(self._row.sizeHint().width(), 28)

    def minimumSizeHint(self) -> QSize:
        """The same: the text is never cut."""
        return self.sizeHint()


class Segments(QFrame):
    """Mutually exclusive choices side by side.

    Signals:
        chosen(str): the user chose another key.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], *, name: str) -> None:
        super().__init__()
        self.setObjectName("segments")
        self.setAccessibleName(name)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        places = row(spacing=0)
        places.setContentsMargins(1, 1, 1, 1)
        for index, (key, text) in enumerate(choices):
            button = self._button(text, name)
            last = index == len(choices) - 1
            button.setProperty("place", "first" if index == 0 else "last" if last else "middle")
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            places.addWidget(button)
        self.setLayout(places)

    def _button(self, text: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setFont(font(12))
        button.setCheckable(True)
        button.setAccessibleName(f"{name}: {text}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def set_value(self, key: str) -> None:
        """Check one choice, without a signal."""
        self._buttons[key].setChecked(True)

    def value(self) -> str:
        """The checked key."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def button(self, key: str) -> QToolButton:
        """The button of a key."""
        return self._buttons[key]
