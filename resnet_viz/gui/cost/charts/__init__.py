"""Charts of the Cost tab, drawn by themselves."""
