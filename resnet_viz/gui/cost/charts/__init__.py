"""Charts of the Cost tab, drawn with pyqtgraph."""
