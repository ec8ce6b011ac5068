"""Fields to type in: search and completion."""
