"""The structure gate: proof, in numbers, that a furnished photo is the photo with furniture that stands in its room."""

from ml.staging.gate.checks import Check, Verdict
from ml.staging.gate.judging import REVISION, judge
from ml.staging.gate.reasons import Unstaged, UnstagedReason

__all__ = ["REVISION", "Check", "Unstaged", "UnstagedReason", "Verdict", "judge"]
