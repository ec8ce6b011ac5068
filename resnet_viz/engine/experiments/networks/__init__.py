"""Networks under experiment: wiring, weights, loss, memory, saving."""
