"""The ledger of the settings, for commands that a person runs: whatever keeps it from being used is one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from processors.engine.ledger.ledger import Ledger, LedgerDownError, open_ledger
from processors.engine.ledger.migrating import behind


class LedgerUnusableError(Exception):
    """The ledger cannot be opened or read; the message says why and what to do."""


@contextmanager
def usable_ledger(url: str, *, any_revision: bool = False) -> Iterator[Ledger]:
    """The ledger at this URL, at the revision that this code expects unless `any_revision` is set.

    Never makes a SQLite file: reading a ledger that is not there must not leave an empty one. Raises
    LedgerUnusableError, also for what the block's statements raise.
    """
    with explained():
        require_file(url)
        ledger = open_ledger(url)
        try:
            if not any_revision and (reason := behind(ledger)) is not None:
                raise LedgerUnusableError(reason)
            yield ledger
        finally:
            ledger.close()


@contextmanager
def explained() -> Iterator[None]:
    """SQLAlchemy's errors as LedgerUnusableError. No URL in the message: it may hold a password."""
    try:
        yield
    except LedgerDownError as error:
        raise LedgerUnusableError(f"{_first_line(error)}: is VLS_LEDGER_URL right, and does the server run?") from error
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        wanted = "postgresql+psycopg://user:password@host/database or sqlite:///path"
        raise LedgerUnusableError(f"VLS_LEDGER_URL is not a URL that the ledger takes: {wanted}") from error
    except SQLAlchemyError as error:
        raise LedgerUnusableError(f"the ledger cannot be read: {_first_line(error)}") from error


def require_file(url: str) -> None:
    """Raise LedgerUnusableError when the URL names a SQLite file that is not there."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return
    if not Path(str(parsed.database)).is_file():
        raise LedgerUnusableError(
            f"there is no ledger {parsed.database}: set VLS_LEDGER_URL, or make one with `vls-media ledger upgrade`"
        )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
