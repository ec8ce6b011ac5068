"""Knowledge of Keras's layers and operations that analysis shares: families, windows, dtypes."""
