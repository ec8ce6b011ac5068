"""Parse Keras configurations (decoded JSON) into typed records."""
