"""The legend, and colours by a number."""
