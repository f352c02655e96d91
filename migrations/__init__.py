"""Alembic migrations of the operational ledger."""
