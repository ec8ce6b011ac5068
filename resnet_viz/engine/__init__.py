"""The engine process: the only one that imports Keras."""
