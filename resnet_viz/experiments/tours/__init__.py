"""Guided tours through experiments: their runs and steps, their texts, the numbers in them."""
