"""Animation from one picture to the next."""
