"""Panel of a guided tour: a page to read, the time that its experiments still take."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.experiments.tours import texts
from resnet_viz.gui.widgets.controls import HintButton, column, label, row

WIDTH = 372


class TourPanel(QFrame):
    """Title, page, time left, and the buttons that walk through a tour.

    Signals:
        stepped(int): to the page so many pages on.
        short_wanted(): the short tour in place of the long one.
        resumed(): the experiments are to go on.
        ended(): the user ends the tour.
    """

    stepped = Signal(int)
    short_wanted = Signal()
    resumed = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tour")
        self.setFixedWidth(WIDTH)
        self.title = label("", size=11, tone="text-3")
        self.position = label("", size=11, tone="text-3", tabular=True)
        self.heading = label("", size=14, weight=600, wrap=True)
        self.text = label("", size=12.5, wrap=True, selectable=True, tabular=True)
        self.left = label("", size=11, tone="text-2", tabular=True, wrap=True)
        self.back = HintButton(texts.BACK)
        self.next = HintButton(texts.NEXT)
        self.short = HintButton("")
        self.resume = HintButton(texts.GO_ON)
        self.end = HintButton(texts.END)
        self.next.setProperty("primary", "true")
        self._build()
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.short.clicked.connect(self.short_wanted)
        self.resume.clicked.connect(self.resumed)
        self.end.clicked.connect(self.ended)

    def _build(self) -> None:
        page = QWidget()
        page.setObjectName("sheetBody")
        layout = column(self.heading, self.text, spacing=8)
        layout.setContentsMargins(14, 2, 14, 8)
        layout.addStretch(1)
        page.setLayout(layout)
        self.area = QScrollArea()
        self.area.setObjectName("sheet")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Guided tour")
        self.area.setWidget(page)
        head = row(self.title, 1, self.position)
        head.setContentsMargins(14, 8, 14, 4)
        self.left.setContentsMargins(14, 4, 14, 4)
        foot = row(self.end, self.short, self.resume, 1, self.back, self.next, spacing=6)
        foot.setContentsMargins(12, 2, 12, 8)
        whole = column(head, (self.area, 1), self.left)
        whole.addLayout(foot)
        self.setLayout(whole)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        for button in (self.back, self.short, self.resume, self.end):
            button.set_colors(text="text", glyph=theme["text-2"])
        self.next.set_colors(text="on-accent", glyph=theme["on-accent"])

    def show_page(self, heading: str, text: str, *, number: int, count: int) -> None:
        """Show a page, by its number from 1."""
        is_other = heading != self.heading.text()
        self.heading.setText(heading)
        self.text.setText(text)
        self.position.setText(texts.POSITION.format(number=number, count=count))
        self.back.setEnabled(number > 1)
        self.next.setVisible(number < count)
        if is_other:
            self.area.verticalScrollBar().setValue(0)
