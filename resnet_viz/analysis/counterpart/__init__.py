"""Counterparts: a model without its shortcuts, or without some of its blocks."""
