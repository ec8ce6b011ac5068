"""Palette and style sheet of the window, colors from a theme's tokens."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QColor, QPalette

from resnet_viz.drawing.themes import Theme

_TOKEN: Final = re.compile(r"@([a-z0-9-]+)")

_SHEET: Final = """
QMainWindow, QDialog { background: @surface; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
#menuLine { background: @surface; border-bottom: 1px solid @line; }
QStatusBar { background: @surface; border: 0; padding: 0; }
QStatusBar::item { border: 0; }
QMenuBar { background: transparent; border: 0; padding: 0; spacing: 0; }
QMenuBar::item { padding: 5px 10px 6px 10px; background: transparent; color: @text-2; }
QMenuBar::item:selected { background: @hover; color: @text; }
QMenu { background: @surface; border: 1px solid @line-strong; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; color: @text; }
QMenu::item:selected { background: @hover; }
QMenu::item:disabled { color: @text-3; }
QMenu::separator { height: 1px; background: @line; margin: 4px 0; }
QMenu::icon { padding-left: 6px; }
QToolTip { background: @surface; color: @text; border: 1px solid @line-strong; padding: 4px 6px; }

#toolbar { background: @surface; border-bottom: 1px solid @line; }
#rule { background: @line; }
#header { background: @surface; border-bottom: 1px solid @line; }
#footer { background: @surface; border-top: 1px solid @line; }
#panel, #sheet, #sheet > QWidget > #sheetBody { background: @surface; }
#status { background: @surface; border-top: 1px solid @line; }
#brand { padding: 0 8px 1px 9px; }
QStackedWidget#ground { background: @canvas; }

QLabel { color: @text; background: transparent; }
QLabel[tone="text-2"] { color: @text-2; }
QLabel[tone="text-3"] { color: @text-3; }
QLabel[tone="on-accent"] { color: @on-accent; }
QLabel[tone="accent"] { color: @accent; }
QLabel[tone="error"] { color: @error; }
QLabel[tone="ok"] { color: @ok; }
QPushButton QLabel:disabled { color: @text-3; }

QPushButton, QToolButton#control, QLineEdit, QSpinBox {
  background: @card; color: @text; border: 1px solid @line-strong; border-radius: 6px;
  min-height: 26px; max-height: 26px; }
QPushButton { padding: 0 11px; }
QPushButton:hover, QToolButton#control:hover { background: @hover; }
QPushButton:pressed, QToolButton#control:pressed { background: @line; }
QPushButton:disabled, QLineEdit:disabled { color: @text-3; background: @app; }
QPushButton:focus, QToolButton#control:focus, QLineEdit:focus {
  border: 1px solid @accent; }
QPushButton[primary="true"] {
  background: @accent; color: @on-accent; border: 1px solid @accent; }
QPushButton[primary="true"]:hover, QPushButton[primary="true"]:pressed {
  background: @accent; border: 1px solid @text; }
QPushButton[primary="true"]:focus { border: 1px solid @text; }
QPushButton[primary="true"]:disabled {
  background: @app; color: @text-3; border: 1px solid @line-strong; }
QPushButton::menu-indicator { image: none; width: 0; }
QLineEdit { padding: 0 8px; selection-background-color: @accent;
  selection-color: @on-accent; }
QSpinBox QLineEdit { border: 0; padding: 0 4px; background: transparent; min-height: 0; }
QSpinBox[plain="true"] { padding-left: 6px; }
QSpinBox[plain="true"]::up-button, QSpinBox[plain="true"]::down-button { width: 0; border: 0; }
QLineEdit[invalid="true"] { border: 1px solid @error; }

#segments { background: @card; border: 1px solid @line-strong; border-radius: 6px; }
#segments QToolButton { border: 0; border-left: 1px solid @line; padding: 0 9px;
  min-height: 26px; max-height: 26px; background: transparent; color: @text-2; }
#segments QToolButton[position="first"] { border-left: 0; border-top-left-radius: 5px;
  border-bottom-left-radius: 5px; }
#segments QToolButton[position="last"] { border-top-right-radius: 5px;
  border-bottom-right-radius: 5px; }
#segments QToolButton:hover { background: @hover; }
#segments QToolButton:checked { background: @accent-bg; color: @accent; }
#segments QToolButton:focus { color: @accent; }
#segments QToolButton:disabled { color: @text-3; }

QToolButton#icon { border: 1px solid transparent; border-radius: 6px; background: transparent;
  padding: 0; }
QToolButton#icon:hover { background: @hover; }
QToolButton#icon:checked { background: @accent-bg; }
QToolButton#icon:focus { border: 1px solid @accent; }
QToolButton#link { border: 0; background: transparent; color: @text-2; padding: 0; }
QToolButton#link:hover, QToolButton#link:focus { color: @accent; }

#popup { background: @surface; border: 1px solid @line-strong; border-radius: 8px; }
QCheckBox { color: @text; }
QPlainTextEdit#log { background: @surface; color: @text; border: 0;
  selection-background-color: @accent; selection-color: @on-accent; }
#completion { background: @surface; color: @text; border: 1px solid @line-strong; outline: 0; }
#completion::item { padding: 4px 8px; }
#completion::item:selected { background: @accent-bg; color: @accent; }
#popup QListView { border: 0; background: transparent; outline: 0; }

#notice { background: @surface; border-bottom: 1px solid @line; }
#notice[level="error"] { border-left: 3px solid @error; }
#notice[level="warning"] { border-left: 3px solid @diff-missing; }
#notice[level="info"] { border-left: 3px solid @accent; }

#badge { background: @hover; border-radius: 5px; padding: 1px 7px 2px 7px; }
#well { background: @zebra; border: 1px solid @line; border-radius: 6px; }
#tile { background: @card; border: 1px solid @line; border-radius: 6px; }
#tile:hover, #tile:focus { border: 1px solid @edge; }
#table { background: @card; border: 1px solid @line; border-radius: 6px; }
#step { background: transparent; border: 0; }
#stepLine { background: @line; }
#step:hover { background: @hover; }
#step:focus { border: 1px solid @accent; border-radius: 4px; }

QTabBar#dockTabs { background: transparent; }
#dockTabs::tab { background: transparent; color: @text-2; border: 0; margin: 0 4px;
  border-bottom: 2px solid transparent; padding: 6px 9px 4px 9px; }
#dockTabs::tab:hover { color: @text; }
#dockTabs::tab:selected { color: @text; border-bottom: 2px solid @accent; font-weight: 600; }
#dockTabs:focus::tab:selected { color: @accent; }
QPushButton[quiet="true"] { border: 0; background: transparent; border-radius: 4px; padding: 0;
  min-height: 20px; max-height: 20px; }
QPushButton[quiet="true"]:hover { background: @hover; }
QPushButton[quiet="true"]:focus { background: @accent-bg; border: 0; }
QLineEdit#small { min-height: 20px; max-height: 20px; border-radius: 5px; padding: 0 6px; }
#plain, #plain > QWidget > QWidget { background: @surface; border: 0; }
#layers { background: @surface; border: 0; gridline-color: @line; outline: 0;
  selection-background-color: @accent-bg; selection-color: @text; }
#layers::item { border: 0; border-bottom: 1px solid @line; padding: 0 8px; }
#layers::item:selected { background: @accent-bg; color: @text; }
#layers QHeaderView { background: @surface; border: 0; }
#layers QHeaderView::section { background: @surface; color: @text-3; border: 0;
  border-bottom: 1px solid @line; padding: 0 8px; }
#layers QHeaderView::section:hover { color: @text; }
#layers QHeaderView::up-arrow, #layers QHeaderView::down-arrow { image: none; width: 0; height: 0; }

#layerTree { background: @surface; color: @text; border: 1px solid @line; border-radius: 6px;
  selection-background-color: @accent-bg; selection-color: @text; }
#layerTree::item { padding: 2px 8px; }
#layerTree::item:hover { background: @hover; }
#layerTree::item:selected { background: @accent-bg; color: @text; }
#layerTree QHeaderView { background: @surface; border: 0; }
#layerTree QHeaderView::section { background: @surface; color: @text-3; border: 0;
  border-bottom: 1px solid @line; padding: 4px 8px; }

QTreeView { background: @surface; border: 0; outline: 0; selection-background-color: transparent; }
QScrollArea { border: 0; background: @surface; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: @line-strong; border-radius: 3px; min-height: 32px;
  margin: 2px; }
QScrollBar::handle:vertical:hover { background: @text-3; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: @line-strong; border-radius: 3px; min-width: 32px;
  margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

_ROLES: Final[tuple[tuple[QPalette.ColorRole, str], ...]] = (
    (QPalette.ColorRole.Window, "surface"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "card"),
    (QPalette.ColorRole.AlternateBase, "zebra"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.PlaceholderText, "text-3"),
    (QPalette.ColorRole.Button, "card"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.BrightText, "error"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "on-accent"),
    (QPalette.ColorRole.Link, "accent"),
    (QPalette.ColorRole.LinkVisited, "accent"),
    (QPalette.ColorRole.ToolTipBase, "surface"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.Light, "line"),
    (QPalette.ColorRole.Midlight, "line"),
    (QPalette.ColorRole.Mid, "line-strong"),
    (QPalette.ColorRole.Dark, "line-strong"),
    (QPalette.ColorRole.Shadow, "line-strong"),
)


def palette(theme: Theme) -> QPalette:
    """The palette of a theme; disabled text is text-3, never paler (design board)."""
    colors = QPalette()
    for role, token in _ROLES:
        colors.setColor(role, QColor(theme[token]))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        colors.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme["text-3"]))
    return colors


def style_sheet(theme: Theme) -> str:
    """The style sheet of a theme."""
    return _TOKEN.sub(lambda token: theme[token.group(1)], _SHEET)
