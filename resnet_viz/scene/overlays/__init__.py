"""Overlays in the canvas's corners: colour key, minimap, zoom control."""
