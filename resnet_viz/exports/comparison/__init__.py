"""Exports of comparisons."""
