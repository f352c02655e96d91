"""The operational ledger: what was decided, once, and by which record."""

from processors.engine.ledger.ledger import Ledger, LedgerDownError, insert_new, insert_once, open_ledger

__all__ = ["Ledger", "LedgerDownError", "insert_new", "insert_once", "open_ledger"]
