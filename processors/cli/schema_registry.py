"""`vls-media schemas`: our schemas beside the released ones and beside the registry's."""

from collections.abc import Iterable

import typer

from processors.cli.console import fail, printable, stdout
from processors.cli.environment import settings
from schemas.codec_errors import CodecError
from schemas.records import RECORDS
from schemas.release import incompatibilities, is_released

app = typer.Typer(no_args_is_help=True, help="Check the schemas against the released ones, register them.")


@app.command()
def check() -> None:
    """Compare every schema with its released versions and, with VLS_REGISTRY_URL, with the registry's; change nothing.

    Status 1 when a schema may not follow what is there.
    """
    url = settings().registry_url
    bad = [*_against_released()]
    if url is None:
        _say("VLS_REGISTRY_URL is not set: compared with the released versions alone")
    else:
        bad += _against_registry(url)
    for sentence in bad:
        _say(f"! {sentence}")
    if bad:
        raise typer.Exit(1)
    _say(f"{len(RECORDS)} schemas may follow what is there")


@app.command()
def register() -> None:
    """Set each subject's compatibility in the registry and register our schemas. Running it again is harmless."""
    url = settings().registry_url
    if url is None:
        fail("VLS_REGISTRY_URL is not set: without a registry the fixed ids of topics.yaml are used")
    from schemas import registry  # its HTTP client takes a second to import

    try:
        states = registry.register(
            registry.connect(url), tell=lambda state: _say(f"{state.subject}: id {state.schema_id}, {state.record}")
        )
    except (registry.RefusedError, CodecError) as error:
        fail(str(error))
    _say(f"{len(states)} subjects registered")


def _against_released() -> Iterable[str]:
    for name, record in sorted(RECORDS.items()):
        reasons = incompatibilities(record)
        if reasons:
            yield f"{name} breaks what was released: {'; '.join(reasons)}"
        elif not is_released(record):
            _say(f"~ {name} differs from its newest released version: run python -m schemas.generate --release")


def _against_registry(url: str) -> Iterable[str]:
    from schemas import registry

    try:
        states = registry.check(registry.connect(url))
    except CodecError as error:
        fail(str(error))
    for state in states:
        registered = "not registered" if state.schema_id is None else f"id {state.schema_id}"
        _say(f"{state.subject}: {state.record}, {registered}, {state.versions} versions, {state.compatibility}")
        for problem in state.problems:
            yield f"{state.subject}: {problem}"


def _say(line: str) -> None:
    stdout().print(printable(line), markup=False)
