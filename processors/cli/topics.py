"""`vls-media topics`: the broker's topics beside topics.yaml."""

from typing import Annotated

import typer

from processors.cli.console import fail, printable, stdout
from processors.cli.environment import settings
from processors.engine.admin import AdminError, KafkaCluster
from processors.engine.admin import apply as apply_topics
from processors.engine.admin import plan as plan_topics
from processors.engine.kafka.client_config import client_config
from processors.settings import Settings
from schemas.topics import load_topics

app = typer.Typer(no_args_is_help=True, help="Compare the broker's topics with topics.yaml, and apply it.")
Replication = Annotated[
    int, typer.Option(min=-1, max=9, help="Replication factor of topics that are created; -1: the broker's default.")
]
Timeout = Annotated[float, typer.Option(min=1, max=600, help="Seconds that each question to the broker may take.")]


@app.command()
def plan(*, timeout: Timeout = 15.0) -> None:
    """Show what `apply` would do, and do nothing; status 1 when topics.yaml asks for what cannot be done."""
    try:
        diff = plan_topics(load_topics().values(), cluster(settings(), timeout_s=timeout).topics())
    except AdminError as error:
        fail(str(error))
    for line in diff.lines():
        _say(line)
    if not diff.changes and not diff.refusals:
        _say("nothing to do: the topics are as topics.yaml says")
    if diff.refusals:
        raise typer.Exit(1)


@app.command()
def apply(*, replication: Replication = -1, timeout: Timeout = 30.0) -> None:
    """Create missing topics and change settings to those of topics.yaml; nothing is ever deleted."""
    reached = cluster(settings(), replication=replication, timeout_s=timeout)
    try:
        diff = apply_topics(load_topics().values(), reached, _say)
    except AdminError as error:
        fail(str(error))
    _say(f"done: {len(diff.changes)} changes" if diff.changes else "nothing to do: the topics are as topics.yaml says")


def cluster(chosen: Settings, *, replication: int = -1, timeout_s: float = 15.0) -> KafkaCluster:
    """The cluster of the settings. Asks nothing yet."""
    config = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in client_config(chosen.kafka()).items()
    }
    return KafkaCluster(config, replication=replication, timeout_s=timeout_s)


def _say(line: str) -> None:
    stdout().print(printable(line), markup=False)
