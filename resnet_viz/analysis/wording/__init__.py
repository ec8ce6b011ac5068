"""Terms, captions and numbers as text."""
