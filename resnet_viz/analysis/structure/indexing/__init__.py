"""Graphs indexed by integers: nesting, order, dominators."""
