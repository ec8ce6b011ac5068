"""Keras configurations (JSON) to typed records."""
