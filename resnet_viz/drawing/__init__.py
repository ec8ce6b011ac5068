"""Positions to a display list; themes; text measuring behind a protocol."""
