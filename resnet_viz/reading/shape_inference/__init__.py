"""Output shapes and dtypes of calls, by rules for each layer class."""
