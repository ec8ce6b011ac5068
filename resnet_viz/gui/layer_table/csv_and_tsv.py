"""The Layers table for other programs: tab-separated for the clipboard, CSV for a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from resnet_viz.files import atomic_write
from resnet_viz.gui.layer_table.columns import LayerColumn
from resnet_viz.gui.layer_table.rows import LayerRow
from resnet_viz.reports.cells import spreadsheet_text


def as_tsv(columns: Sequence[LayerColumn], rows: Sequence[LayerRow]) -> str:
    """Header and rows, tab-separated, to paste into a spreadsheet."""
    lines = ["\t".join(column.heading for column in columns)]
    lines += ["\t".join(_exported(column, row) for column in columns) for row in rows]
    return "\n".join(lines) + "\n"


def _exported(column: LayerColumn, row: LayerRow) -> str:
    """Text of a cell on one line; a name never is a formula."""
    text = " ".join(column.export(row).split())
    return text if column.numeric else spreadsheet_text(text)


def as_csv(columns: Sequence[LayerColumn], rows: Sequence[LayerRow]) -> bytes:
    """Header and rows as CSV (RFC 4180) in UTF-8."""
    import csv
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.heading for column in columns])
    writer.writerows([_exported(column, row) for column in columns] for row in rows)
    return text.getvalue().encode()


def save_csv(path: Path, columns: Sequence[LayerColumn], rows: Sequence[LayerRow]) -> None:
    """Write the table to a file atomically.

    Raises:
        WriteError: the file can't be written.
    """
    content = as_csv(columns, rows)
    with atomic_write(path) as file:
        file.write(content)
