"""Disclosure: what has to be said where an altered picture is shown, by policy, on the picture and in its metadata."""

from ml.staging.disclosure.drawing import REVISION, Disclosed, draw
from ml.staging.disclosure.errors import (
    DisclosureError,
    LegibilityError,
    OriginalLinkError,
    PolicyError,
    UnknownPolicyError,
    WordingError,
)
from ml.staging.disclosure.loading import list_policies, load_policy, read_policy
from ml.staging.disclosure.policy import Corner, OriginalOrder, Placement, Policy
from ml.staging.disclosure.publishing import Published, publish
from ml.staging.disclosure.record import DigitalSource, DisclosureRecord, Making
from ml.staging.disclosure.terms import Terms, settle

__all__ = [
    "REVISION",
    "Corner",
    "DigitalSource",
    "Disclosed",
    "DisclosureError",
    "DisclosureRecord",
    "LegibilityError",
    "Making",
    "OriginalLinkError",
    "OriginalOrder",
    "Placement",
    "Policy",
    "PolicyError",
    "Published",
    "Terms",
    "UnknownPolicyError",
    "WordingError",
    "draw",
    "list_policies",
    "load_policy",
    "publish",
    "read_policy",
    "settle",
]
