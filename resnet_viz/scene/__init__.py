"""The canvas: a QGraphicsScene that mirrors one display list."""
