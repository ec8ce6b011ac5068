"""Keras's layers and operations: families, sliding windows, dtypes, wrappers."""
