"""Tests of what trains the models, as far as it needs no torch."""
