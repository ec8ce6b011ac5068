"""Tests of what paint holds without Qt."""
