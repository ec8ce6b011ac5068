"""Experiments on a network beside its counterpart: choices, results, statistics, findings."""
