"""Topics of the toy stage on a shared broker: every test module has its own, by a prefix."""

from processors.engine.wire import RetryTopic, StageTopics

PARTITIONS = 4


def toy_topics(prefix: str) -> StageTopics:
    """The toy's topics. Its retries are due soon."""
    return StageTopics(
        commands=f"{prefix}.commands",
        tasks=f"{prefix}.tasks",
        retries=tuple(RetryTopic(f"{prefix}.retry.{delay_ms}", delay_ms) for delay_ms in (100, 200, 400)),
        outcomes=f"{prefix}.outcomes",
        cancels=f"{prefix}.cancels",
        completed=f"{prefix}.completed",
        rejected=f"{prefix}.rejected",
        dead_letters=f"{prefix}.dead-letters",
        ticks=f"{prefix}.ticks",
    )


def toy_events(prefix: str) -> str:
    """The topic of the toy's events."""
    return f"{prefix}.made"
