"""Small controls shared by all panels: labels, rules, layouts, buttons, segments."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
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
from resnet_viz.paint.printable import printable_lines
from resnet_viz.typing_compat import override

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
    result = QLabel(printable_lines(text))
    result.setFont(font(size, weight, tabular=tabular))
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("tone", tone)
    result.setWordWrap(wrap)
    if selectable:
        result.setTextInteractionFlags(_SELECTABLE)
        result.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return result


def set_tone(label_widget: QLabel, tone: str) -> None:
    """Give a label another colour."""
    if label_widget.property("tone") == tone:
        return
    label_widget.setProperty("tone", tone)
    if label_widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it will be
        label_widget.style().unpolish(label_widget)
        label_widget.style().polish(label_widget)


def rule(height: int = 24) -> QFrame:
    """A vertical divider of a tool bar."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedSize(1, height)
    return line


def row(*parts: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; a number is a stretch."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        else:
            layout.addWidget(part)
    return layout


def column(*parts: QWidget | QLayout | tuple[QWidget, int], spacing: int = 0) -> QVBoxLayout:
    """Widgets and layouts one below the other; a pair has a stretch factor."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        if isinstance(part, QLayout):
            layout.addLayout(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addWidget(*part)
    return layout


class IconButton(QToolButton):
    """A borderless button with one icon; its text is the tooltip and the accessible name."""

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
    """A push button that shows its shortcut behind its text ("Fit F")."""

    def __init__(self, text: str, hint: str = "", *, name: str = "", tail: str = "") -> None:
        super().__init__()
        self._icons: list[tuple[QLabel, str]] = []
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
        holder = QLabel()
        holder.setFixedSize(14, 14)
        holder.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._icons.append((holder, name))
        return holder

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

    def set_colors(self, *, text: str, glyph: str) -> None:
        """Set the colour token of the text, unless it is disabled, and the colour of the icons."""
        set_tone(self._text, text)
        for holder, name in self._icons:
            holder.setPixmap(icon_pixmap(name, glyph, 14, self.devicePixelRatioF()))

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._row.sizeHint().width(), 28)

    @override
    def minimumSizeHint(self) -> QSize:
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
        layout = row(spacing=0)
        layout.setContentsMargins(1, 1, 1, 1)
        for index, (key, text) in enumerate(choices):
            button = self._button(text, name)
            last = index == len(choices) - 1
            button.setProperty("position", "first" if index == 0 else "last" if last else "middle")
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            layout.addWidget(button)
        self.setLayout(layout)

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
