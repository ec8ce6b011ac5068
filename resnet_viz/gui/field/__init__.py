"""The receptive field made visible: its geometry, and the pictures that show it."""
