"""Typed messages and framing between window and engine."""
