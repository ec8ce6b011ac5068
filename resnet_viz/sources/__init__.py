"""Names of models: sources, the catalogues of built-ins and of keras.applications."""
