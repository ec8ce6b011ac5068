"""Build graphs from records: flatten nested models, sort calls, fill in shapes."""
