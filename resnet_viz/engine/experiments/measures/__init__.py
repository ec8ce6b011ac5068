"""Measurements, one module for each experiment."""
