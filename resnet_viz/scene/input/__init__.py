"""Pointer and keyboard input on the canvas."""
