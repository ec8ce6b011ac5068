"""Keras model bytes to a graph, without Keras."""
