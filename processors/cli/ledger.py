"""`vls-media ledger`: the ledger's schema, forwards, backwards, and where it stands."""

from collections.abc import Callable
from typing import Annotated

import typer
from alembic.util import CommandError

from processors.cli.console import fail, stdout
from processors.cli.environment import settings
from processors.cli.ledger_access import LedgerUnusableError, explained, require_file, usable_ledger
from processors.engine.ledger import migrating

app = typer.Typer(no_args_is_help=True, help="Bring the ledger to the schema that this code expects.")


@app.command()
def upgrade(revision: Annotated[str, typer.Argument(help="Revision; unset: the newest.")] = "head") -> None:
    """Migrate forwards. Harmless when it is there already, and for many at once."""
    url = settings().ledger_url
    _migrate(lambda: migrating.upgrade(url, revision))
    status()


@app.command()
def downgrade(revision: Annotated[str, typer.Argument(metavar="REV", help="Revision, or base for nothing.")]) -> None:
    """Migrate backwards. What only the newer tables held is lost."""
    url = settings().ledger_url

    def backwards() -> None:
        require_file(url)
        migrating.downgrade(url, revision)

    _migrate(backwards)
    stdout().print(f"the ledger is at {revision}", markup=False)


@app.command()
def status() -> None:
    """Say whether the ledger is at the revision that this code expects; status 1 when it is not."""
    try:
        with usable_ledger(settings().ledger_url, any_revision=True) as ledger:
            reason = migrating.behind(ledger)
    except LedgerUnusableError as error:
        fail(str(error))
    if reason is not None:
        fail(reason)
    stdout().print("the ledger is at the revision that this code expects", markup=False)


def _migrate(migrate: Callable[[], None]) -> None:
    try:
        with explained():
            migrate()
    except (LedgerUnusableError, CommandError) as error:
        fail(str(error))
