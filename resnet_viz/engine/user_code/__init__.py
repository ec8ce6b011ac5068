"""Functions of the user: run, and read where they fail."""
