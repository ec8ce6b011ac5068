"""Notices, error handling and the engine's log."""
