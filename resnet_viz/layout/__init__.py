"""Structure and what is open to positions and curves."""
