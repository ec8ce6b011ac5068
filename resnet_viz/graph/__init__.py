"""Frozen values of a Keras model's graph."""
