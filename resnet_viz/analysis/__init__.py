"""A graph's structure and numbers: pure functions."""
