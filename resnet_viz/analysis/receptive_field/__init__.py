"""Receptive fields and jumps, propagated through the graph."""
