"""Blocks, their kinds, cells and units."""
