"""Problems of an architecture, with the calls they concern."""
