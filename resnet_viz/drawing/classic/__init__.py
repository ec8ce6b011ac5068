"""Figures after He et al. (2015), Fig. 3: a line for each convolution, arcs for shortcuts."""
