"""Where a test can make the broker's answers fail, and how."""

from enum import Enum
from typing import Protocol


class Action(Enum):
    """What goes wrong at a point."""

    FAIL = "fail"  # before the effect: it does not happen, and the client reports what it would on a broken connection
    ABORT = "abort"  # before a transactional commit: the client reports an abortable error, nothing is committed
    DELAY = "delay"  # before a transactional commit: the request is under way and arrives at `deliver_delayed`
    LOSE_ANSWER = "lose_answer"  # after the effect: it happened, and the client reports that it does not know


class Faults(Protocol):
    """Asked before and after each effect; may also raise, and that exception passes through untouched (a crash)."""

    def at(self, point: str, client: str) -> Action | None:
        """What goes wrong here, if anything.

        `point` is one of poll, begin, send, send_positions, commit, abort (transactional), offset_commit (a consumer's
        own), plain_send, flush, followed by `.before` or `.after`. `client` is the client's name.
        """


class NoFaults:
    """Nothing goes wrong."""

    def at(self, point: str, client: str) -> Action | None:  # noqa: ARG002  the protocol's names
        """Nothing."""
        return None


class MisuseError(RuntimeError):
    """A client was used as its protocol forbids: a defect of the caller, which no retry mends."""
