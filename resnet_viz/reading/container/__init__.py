"""Read configurations and metadata from .keras, .h5 and .json files."""
