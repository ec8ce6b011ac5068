"""Stages, their items, and repeats."""
