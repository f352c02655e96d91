"""The engine: exactly-once delivery, planning, running, joining, caching. Knows nothing of media."""
