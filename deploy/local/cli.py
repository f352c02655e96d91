"""The command line of deploy.local."""

import argparse
import sys
from collections.abc import Sequence

from deploy.local import jars, lending, packages, standing
from deploy.local.errors import LocalServersError


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command; returns the exit status."""
    options = _parser().parse_args(argv)
    try:
        return _do(options)
    except LocalServersError as error:
        sys.stderr.write(f"deploy.local: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="Real servers without containers.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start the servers, leave them running, print the settings to use")
    commands.add_parser("down", help="stop them and delete what they kept")
    commands.add_parser("status", help="which of them run")
    commands.add_parser("prepare", help="fetch what is missing: Debian packages (as root), jars")
    run = commands.add_parser("run", help="start servers, run a command with their addresses, take them away")
    run.add_argument("--kafka-nodes", type=int, default=1, metavar="N", help="how many Kafka nodes (default: 1)")
    run.add_argument(
        "--anyway",
        action="store_true",
        help="without servers run it too, with the reason in VLS_TEST_MISSING, and fail",
    )
    run.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    return parser


def _do(options: argparse.Namespace) -> int:
    match options.command:
        case "up":
            packages.ensure()
            sys.stdout.write(standing.exports(standing.up().person_environment()))
        case "down":
            sys.stdout.write("stopped\n" if standing.down() else "nothing was running\n")
        case "status":
            return _status()
        case "prepare":
            _prepare()
        case _:
            return _run(options)
    return 0


def _prepare() -> None:
    packages.ensure()
    for bundle in jars.BUNDLES:
        jars.fetch(bundle)


def _status() -> int:
    found = standing.status()
    for name, state in found or [("servers", "none")]:
        sys.stdout.write(f"{name}: {state}\n")
    return 0 if found and all(state.startswith("running") for _, state in found) else 3


def _run(options: argparse.Namespace) -> int:
    command = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
    if not command:
        sys.stderr.write("deploy.local: which command? python -m deploy.local run -- COMMAND ...\n")
        return 2
    try:
        _prepare()
        with lending.lent_servers(kafka_nodes=options.kafka_nodes) as servers:
            return lending.run(command, servers.layout.test_environment())
    except LocalServersError as error:
        if not options.anyway:
            raise
        sys.stderr.write(f"deploy.local: {error}\n")
        return lending.run(command, {"VLS_TEST_MISSING": str(error)}) or 1
