"""The ledger's migrations: up, down, up again, and what they make is what the code expects."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from processors.engine.ledger import open_ledger, tables
from processors.engine.ledger.migrating import behind, downgrade, upgrade


def up_down_up(url: str) -> None:
    """The whole way, checked at each end."""
    for _ in range(2):
        upgrade(url)
        ledger = open_ledger(url)
        assert behind(ledger) is None
        with ledger.transaction() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, tables.metadata) == []
        ledger.close()
        downgrade(url, "base")
        ledger = open_ledger(url)
        assert set(inspect(ledger.engine).get_table_names()) <= {"alembic_version"}
        assert "vls-media ledger upgrade" in str(behind(ledger))
        ledger.close()


def test_sqlite_goes_up_down_and_up_again(tmp_path: Path) -> None:
    up_down_up(f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.mark.integration
def test_postgresql_goes_up_down_and_up_again(postgres_url: str) -> None:
    up_down_up(postgres_url)
