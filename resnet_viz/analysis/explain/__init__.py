"""Formulas with values, conventions and reasons behind every number."""
