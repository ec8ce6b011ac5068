"""Names of models in the window: no control characters, no markup, no formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel
from pytestqt.qtbot import QtBot

from resnet_viz.gui.layer_table.columns import COLUMNS
from resnet_viz.gui.layer_table.csv_and_tsv import as_csv, as_tsv
from resnet_viz.gui.layer_table.rows import rows_of
from tests.support.model_files.evil_names import unshowable, write_evil_model
from tests.support.window.app_driver import AppDriver

ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)


@pytest.fixture
def app(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    driver = AppDriver(qtbot, qapp, tmp_path)
    driver.open(str(write_evil_model(tmp_path / "evil.json")))
    yield driver
    driver.close()


def texts(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    """All texts of a model, tooltips as well."""
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield from (str(index.data(role) or "") for role in ROLES)
        yield from texts(model, model.index(row, 0, parent))


def test_that_every_text_in_the_window_can_be_shown(app: AppDriver) -> None:
    app.do("view.detail.layer")
    app.window.outline.tree.expandAll()
    shown = [app.window.windowTitle(), app.sheet]
    shown += [widget.text() for widget in app.window.findChildren(QLabel)]
    for view in app.window.findChildren(QAbstractItemView):
        if view.model() is not None:
            shown += texts(view.model(), QModelIndex())
    assert any("evil" in text for text in shown)
    assert any("red" in text for text in shown)
    assert {text: unshowable(text) for text in shown if unshowable(text) - {"\u200b"}} == {}


def test_that_tables_for_spreadsheets_hold_no_formula(app: AppDriver) -> None:
    document = app.session.document
    assert document is not None
    rows = rows_of(document, document.numbers.memory)
    assert any(row.title.startswith("=") for row in rows)
    tables = (
        csv.reader(as_csv(COLUMNS, rows).decode().splitlines()),
        (line.split("\t") for line in as_tsv(COLUMNS, rows).splitlines()),
    )
    for table in tables:
        cells = [cell for line in table for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        assert unshowable("".join(cells)) == set()
