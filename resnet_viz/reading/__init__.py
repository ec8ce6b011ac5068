"""Read Keras model files into graphs, without Keras."""
