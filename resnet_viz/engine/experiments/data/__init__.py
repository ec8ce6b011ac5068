"""Pictures with labels for the experiments."""
