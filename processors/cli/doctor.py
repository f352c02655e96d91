"""`vls-media doctor`: what is missing on this machine, for what it is needed, and how to get it."""

from enum import StrEnum
from typing import Annotated

import typer

from processors.cli.console import printable, stdout
from processors.cli.doctor_checks import (
    Finding,
    demo_findings,
    server_findings,
    staging_findings,
    tests_findings,
)

app = typer.Typer()


class Purpose(StrEnum):
    """What a machine is wanted for."""

    DEMO = "demo"
    STAGING = "staging"
    TESTS = "tests"
    SERVERS = "servers"


_TITLES = {
    Purpose.DEMO: "for the demo and for inspect and make",
    Purpose.STAGING: "for furnishing photos of empty rooms (make staging)",
    Purpose.TESTS: "for tests on real servers (make test, make up)",
    Purpose.SERVERS: "for running against servers",
}


@app.command()
def doctor(
    *,
    wanted: Annotated[
        list[Purpose] | None,
        typer.Option("--for", help="What the machine must be ready for; may be given again. Unset: demo."),
    ] = None,
) -> None:
    """Look at everything; status 1 when something is missing that is needed for what was asked.

    Servers that the environment names (VLS_...) count as asked for.
    """
    servers, named = server_findings()
    findings = {
        Purpose.DEMO: demo_findings(),
        Purpose.STAGING: staging_findings(),
        Purpose.TESTS: tests_findings(),
        Purpose.SERVERS: servers,
    }
    asked = set(wanted or [Purpose.DEMO]) | ({Purpose.SERVERS} if named else set())
    missing = False
    for purpose, found in findings.items():
        needed = purpose in asked
        stdout().print(_TITLES[purpose] + ("" if needed else " (not asked for)"), style="bold", markup=False)
        for finding in found:
            _show(finding, needed=needed)
        missing |= needed and not all(finding.ok for finding in found)
    if missing:
        raise typer.Exit(1)


def _show(finding: Finding, *, needed: bool) -> None:
    style = "green" if finding.ok else ("bold red" if needed else "yellow")
    word = "ok" if finding.ok else "missing"
    line = f"  {word:<8} {finding.name}: {finding.found}"
    stdout().print(printable(line), style=style, markup=False)
    if not finding.ok and finding.remedy:
        stdout().print(printable(f"           {finding.remedy}"), markup=False)
