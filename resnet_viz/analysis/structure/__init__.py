"""Stages, blocks, units and shortcuts, found from topology."""
