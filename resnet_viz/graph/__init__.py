"""The graph of a Keras model as frozen values."""
