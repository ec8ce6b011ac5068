"""Results of experiments as text and as CSV."""
