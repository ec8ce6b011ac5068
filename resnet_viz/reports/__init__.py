"""Reports on a model: text, JSON, CSV and Markdown."""
