"""Kafka stream processors: one module per consumer group, the engine they share, and the command line."""
