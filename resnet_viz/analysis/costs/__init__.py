"""Parameters, MACs, other operations and memory of calls, groups and models."""
