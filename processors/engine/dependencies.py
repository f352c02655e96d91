"""What it means that a server we need is away: never a task's failure, always a reason to wait."""


class DependencyDownError(Exception):
    """A server that the engine needs (ledger, store, registry, broker) does not answer. Try the same again later."""

    dependency = "dependency"
