"""Comparison of two architectures: alignment by structure, differences, consequences. Pure."""
