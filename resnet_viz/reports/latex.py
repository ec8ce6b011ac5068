"""A report's table of layers in LaTeX, for papers: booktabs, one row a stage or a block."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from resnet_viz.reports.table import ReportColumn, Table

Rows: TypeAlias = Literal["block", "stage"]

ROWS: Final[tuple[Rows, ...]] = ("block", "stage")
_ESCAPES: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "-": "-{}", "`": "`{}",
    "'": "'{}", '"': r"\textquotedbl{}", ",": ",{}", "?": "?{}", "!": "!{}",
}  # fmt: skip
"""With {} after characters that TeX joins into others (-- and '' and ,,)."""
SYMBOLS: Final = {
    "×": r"\times", "→": r"\rightarrow", "≥": r"\geq", "≤": r"\leq", "−": "-", "·": r"\cdot",
    "∞": r"\infty", "‖": r"\Vert", "⊕": r"\oplus", "≈": r"\approx", "…": r"\ldots",
    "⌈": r"\lceil", "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor",
}  # fmt: skip
"""Characters that pdfLaTeX does not know in text, by their names in mathematics."""
_COLUMNS: Final = ("stage, block", "output", "layers", "parameters", "MACs", "field")


def latex_text(text: str) -> str:
    """``text`` in LaTeX, where no character of a name is a command."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def latex_table(table: Table, *, name: str, rows: Rows) -> str:
    """The table of layers as a ``tabular``; needs the package booktabs."""
    last = len(table.depths) - 1
    shown = [i for i, depth in enumerate(table.depths) if rows == "block" or depth == 0]
    columns = [
        column
        for column in table.columns
        if column.heading in _COLUMNS and any(column.cells[index] for index in shown)
    ]
    aligned = "".join("r" if column.is_number else "l" for column in columns)
    lines = [
        f"% {' '.join(name.split())}; needs \\usepackage{{booktabs}}",
        f"\\begin{{tabular}}{{@{{}}{aligned}@{{}}}}",
        "\\toprule",
        _row([_heading(column, rows) for column in columns]),
        "\\midrule",
    ]
    for index in shown:
        cells = [_cell(column.cells[index]) for column in columns]
        if index == last:
            lines.append("\\midrule")
        cells[0] = "\\quad " * table.depths[index] + cells[0]
        lines.append(_row(cells))
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}"]) + "\n"


def _heading(column: ReportColumn, rows: Rows) -> str:
    return rows if column.heading == _COLUMNS[0] else latex_text(column.heading)


def _cell(text: str) -> str:
    shown = latex_text(text).replace(",{}", "{,}")  # no gap after it in mathematics
    for character, meaning in SYMBOLS.items():
        shown = shown.replace(character, f"${meaning}$")
    return shown


def _row(cells: list[str]) -> str:
    return " & ".join(cells).rstrip() + r" \\"
