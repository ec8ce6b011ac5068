"""resnet-viz shows a neural network as it really is."""

__version__ = "0.1.0"
