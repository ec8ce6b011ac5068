"""Opening, reloading and recent models."""
