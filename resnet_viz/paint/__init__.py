"""One painter for a display list on any QPaintDevice; fonts."""
