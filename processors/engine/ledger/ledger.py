"""The ledger's connection: transactions on PostgreSQL or SQLite, and what their failures mean."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import StaticPool

from processors.engine.dependencies import DependencyDownError

# SQLSTATE classes that say "again, later" and nothing about the statement: connection, rollback, resources, operator.
_PASSING_SQLSTATES = ("08", "40", "53", "55", "57", "58")
FaultPoint = Callable[[str], None]


class LedgerDownError(DependencyDownError):
    """The ledger cannot be reached or asks to try again; nothing was written."""

    dependency = "ledger"


class Ledger:
    """Transactions on the operational ledger. Safe to use from several threads."""

    def __init__(self, engine: Engine, *, faults: FaultPoint | None = None) -> None:
        self.engine = engine
        self._faults = faults or (lambda _point: None)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One database transaction: committed when the block ends, rolled back when it raises.

        Raises LedgerDownError when the database is away, busy beyond its time-out, or chose this one as a victim.
        """
        try:
            with self.engine.connect() as connection:
                with connection.begin():
                    yield connection
                    self._faults("ledger.commit.before")
                self._faults("ledger.commit.after")
        except DBAPIError as error:
            if _is_passing(error):
                raise LedgerDownError(f"the ledger did not answer: {error.orig}") from error
            raise

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_ledger(url: str, *, statement_timeout_s: float = 20.0, faults: FaultPoint | None = None) -> Ledger:
    """The ledger at an SQLAlchemy URL: `postgresql+psycopg://...` or `sqlite:///path`.

    SQLite is for the embedded mode: several processes write, so WAL, a busy time-out, and BEGIN IMMEDIATE.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        in_memory = parsed.database in (None, "", ":memory:")
        arguments: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
        engine = create_engine(
            parsed, connect_args={"timeout": statement_timeout_s, "check_same_thread": False}, **arguments
        )
        _tune_sqlite(engine, in_memory=in_memory)
        return Ledger(engine, faults=faults)
    engine = create_engine(
        parsed,
        pool_pre_ping=True,
        pool_size=6,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c statement_timeout={int(statement_timeout_s * 1000)} -c lock_timeout=10000",
        },
    )
    return Ledger(engine, faults=faults)


def insert_once(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows whose primary key is not there yet; leave the others as they are. Never an update."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], key: str) -> set[Any]:
    """As `insert_once`; returns the keys (column `key`) under which surely the given row stands now.

    Of two given rows with one key, either may have been the first: such a key is left out, as one that was there.
    """
    if not rows:
        return set()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c[key])
    given = Counter(row[key] for row in rows)
    return {new for new in connection.execute(statement, list(rows)).scalars() if given[new] == 1}


def _tune_sqlite(engine: Engine, *, in_memory: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connected(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None  # the driver's own transaction handling would hide BEGIN IMMEDIATE
        cursor = dbapi_connection.cursor()
        if not in_memory:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_passing(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(_PASSING_SQLSTATES)
    if "sqlite" in type(error.orig).__module__:
        text = str(error.orig)
        return any(word in text for word in ("locked", "busy", "disk I/O error", "unable to open", "is full"))
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
