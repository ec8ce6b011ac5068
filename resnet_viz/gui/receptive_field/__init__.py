"""The Field tab: the receptive field drawn over an image."""
