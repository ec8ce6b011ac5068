"""Names of models: the grammar of sources, the catalogue of built-ins, keras.applications."""
