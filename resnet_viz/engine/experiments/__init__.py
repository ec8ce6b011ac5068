"""Experiments on live networks: gradients, training, what trained networks do without blocks."""
