"""Paths through a model: what a call depends on and feeds, and how many ways lead through."""
