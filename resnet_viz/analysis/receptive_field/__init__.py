"""Receptive fields and jumps, propagated along the graph."""
