"""Views kept in files."""
