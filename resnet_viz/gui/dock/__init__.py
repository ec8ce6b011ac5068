"""The bottom dock: what a model costs, its layers as a table, its problems, fields."""
