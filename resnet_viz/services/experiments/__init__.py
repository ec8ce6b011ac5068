"""Experiments for scripts and the window: runs in engines of their own, results kept."""
