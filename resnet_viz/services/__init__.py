"""Services of the window and the command line: pipeline, cache, Graphviz, preferences."""
