"""Tests of the parts of export that need no Qt."""
