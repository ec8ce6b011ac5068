"""The built-in architectures as Keras code."""
