"""Memory of activations and weights, for any batch size and dtype."""
