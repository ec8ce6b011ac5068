"""Analysis of a model: a document that reports itself, for scripts and notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_viz.analysis.costs.summary import parameters_and_macs
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.document import Document
from resnet_viz.errors import AppError
from resnet_viz.reports.formats import CALL_COLUMNS, render
from resnet_viz.reports.json_report import report

if TYPE_CHECKING:
    import pandas as pd


class Analysis(Document, frozen=True):
    """Structure, numbers and problems of a model: the result of ``analyze``.

    Attributes:
        source: where the model is from; ``str(source)`` is its text.
        title: its name for people: "ResNet-34".
        graph: the calls of its layers and the tensors between them.
        structure: stages, blocks, units and shortcuts.
        numbers: parameters, MACs, memory (bytes) and receptive fields (pixels); ``totals`` are
            those of the whole model.
        problems: what a reader of the architecture should know, warnings first.

    Example:
        >>> analysis = resnet_viz.analyze("resnet34")
        >>> analysis.numbers.totals.numbers.trainable_parameters
        21797672
        >>> sorted({shortcut.kind for shortcut in analysis.structure.shortcuts})
        ['identity', 'projection']
    """

    @classmethod
    def of(cls, document: Document) -> Analysis:
        """The document as an Analysis."""
        if isinstance(document, Analysis):
            return document
        return cls(*(getattr(document, field) for field in Document.__struct_fields__))

    def __repr__(self) -> str:
        """Short form: ``<Analysis resnet34: 21.8 M parameters, 3.66 G MACs, 16 shortcuts>``."""
        total, shortcuts = self.numbers.totals.numbers, len(self.structure.shortcuts)
        size = parameters_and_macs(total)
        return f"<Analysis {self.graph.name}: {size}, {counted(shortcuts, 'shortcut')}>"

    def summary(self) -> str:
        """The report as text: totals, a table of the stages and blocks, problems and notes.

        Example:
            >>> print(resnet_viz.analyze("resnet34").summary())  # doctest: +ELLIPSIS
            ResNet-34 (resnet34)
            <BLANKLINE>
            weighted layers                34
            ...
        """
        return render(report(self, explains_rows=False), "text")

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each call of a layer, with the columns of ``report(format="csv")``.

        Shapes are lists, batch first, with None for open sizes; unknown numbers are missing. A
        layer that is called more than once has its parameters in each of its rows:
        ``frame.drop_duplicates("layer")`` counts them once.

        Raises:
            AppError: pandas is not installed.

        Example:
            >>> frame = resnet_viz.analyze("resnet34").to_dataframe()  # doctest: +SKIP
            >>> int(frame["macs"].sum())  # doctest: +SKIP
            3663761408
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise AppError(
                "to_dataframe needs pandas, which can't be imported: install it with "
                '"pip install pandas", or use report(..., format="csv").',
                details=repr(error),
            ) from error
        calls = report(self, explains_rows=False)["calls"]
        return pd.DataFrame(calls, columns=list(CALL_COLUMNS)).convert_dtypes()
