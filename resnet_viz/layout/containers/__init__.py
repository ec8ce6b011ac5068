"""Layout inside one open container: by rule, or by Graphviz."""
