"""The Problems tab."""
