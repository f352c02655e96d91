"""How a command ends when it cannot do what was asked: one sentence, status 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from processors.cli.ledger_access import LedgerUnusableError
from processors.engine.artifacts import ArtifactMissingError, StoreUnavailableError
from processors.engine.broker import BrokerError
from processors.engine.dependencies import DependencyDownError
from processors.reference.listing import NoUsablePhotoError
from processors.reference.processes import ProcessorDiedError
from processors.reference.stack import StackError
from schemas.codec_errors import CodecError


@contextmanager
def plain_failures() -> Iterator[None]:
    """Say what went wrong outside of us, without a traceback; a fault of our own keeps its traceback."""
    try:
        yield
    except (
        StackError,
        ProcessorDiedError,
        NoUsablePhotoError,
        BrokerError,
        DependencyDownError,
        StoreUnavailableError,
        ArtifactMissingError,
        CodecError,
        LedgerUnusableError,
        TimeoutError,
    ) as error:
        typer.secho(f"error: {str(error) or type(error).__name__}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error
