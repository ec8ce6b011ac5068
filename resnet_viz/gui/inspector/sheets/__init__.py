"""Contents of the inspector as values, one sheet for each selected thing."""
