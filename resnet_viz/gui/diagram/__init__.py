"""The diagram's view: detail, open groups, selection."""
