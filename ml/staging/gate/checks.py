"""A check of the gate: a number, its limit, and on which side of it a picture passes."""

from dataclasses import dataclass
from enum import StrEnum

from ml.staging.gate.reasons import UnstagedReason


class Side(StrEnum):
    """On which side of the limit the number has to be."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was measured."""

    name: str
    found: float
    limit: float
    side: Side
    reason: UnstagedReason
    """What a picture is refused for that does not pass."""

    @property
    def passed(self) -> bool:
        """Whether the number is on the right side of its limit."""
        return self.found <= self.limit if self.side is Side.AT_MOST else self.found >= self.limit

    def as_json(self) -> dict[str, str | float | bool]:
        """For records and reports."""
        return {
            "check": self.name,
            "found": round(self.found, 4),
            "limit": self.limit,
            "side": self.side.value,
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of one picture."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check did."""
        return all(check.passed for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """Those that did not."""
        return tuple(check for check in self.checks if not check.passed)


def at_most(name: str, found: float, limit: float, reason: UnstagedReason) -> Check:
    """A check whose number may not be larger than its limit."""
    return Check(name, float(found), limit, Side.AT_MOST, reason)


def at_least(name: str, found: float, limit: float, reason: UnstagedReason) -> Check:
    """A check whose number may not be smaller than its limit."""
    return Check(name, float(found), limit, Side.AT_LEAST, reason)
