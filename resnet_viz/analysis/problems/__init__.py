"""Problems of an architecture: what a reader should know, with the calls it concerns."""
