"""Engine clients, dot runner, pipeline, settings."""
