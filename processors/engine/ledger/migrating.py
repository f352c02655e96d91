"""Bring a ledger to the schema that this code expects, by Alembic's migrations."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from processors.engine.ledger.ledger import Ledger, open_ledger

SCRIPTS = Path(__file__).resolve().parents[3] / "migrations"
_LOCK = 7_305_811  # of pg_advisory_lock: workers that start together migrate one after the other


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, on an open connection if one is given."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the ledger at this URL forwards. Safe to be called by many at once."""
    _on(url, lambda connection: command.upgrade(alembic_config(connection), revision))


def downgrade(url: str, revision: str) -> None:
    """Migrate the ledger at this URL backwards, to `revision` or `base`. What only newer tables held is lost."""
    _on(url, lambda connection: command.downgrade(alembic_config(connection), revision))


def behind(ledger: Ledger) -> str | None:
    """A sentence about what is wrong with the ledger's schema, or None when it is what this code expects."""
    expected = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with ledger.transaction() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found == expected:
        return None
    return f"The ledger is at revision {found or 'none'}, this code expects {expected}: run `vls-media ledger upgrade`."


def _on(url: str, migrate: Callable[[Connection], None]) -> None:
    ledger = open_ledger(url)
    try:
        with ledger.transaction() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            migrate(connection)
    finally:
        ledger.close()
