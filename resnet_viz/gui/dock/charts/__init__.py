"""Charts drawn by pyqtgraph; imported in a worker thread, and only once there is a picture."""
