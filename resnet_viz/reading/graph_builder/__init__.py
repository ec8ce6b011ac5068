"""Records to a graph: submodels flattened, calls sorted, shapes filled in."""
