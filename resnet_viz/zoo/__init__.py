"""The architectures as Keras code, and their catalogue without Keras."""
