"""What a policy and a command come to for one picture: wording and link, settled or refused before a pixel is drawn."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from ml.staging.disclosure.errors import OriginalLinkError, WordingError
from ml.staging.disclosure.lettering import missing_characters
from ml.staging.disclosure.policy import Policy

MOST_URL_CHARACTERS = 400
"""A longer address needs a QR code too dense for a phone that is held before a screen."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said of one picture."""

    policy: Policy
    wording: str | None
    """None: no label."""
    original_url: str | None
    """Written out and as a QR code; None: neither."""


def settle(policy: Policy, wording: str | None = None, original_url: str | None = None) -> Terms:
    """The terms of a picture: `wording` goes before the policy's own, and makes a label where it asks for none.

    Raises WordingError where a label is demanded without wording, or cannot be written in the font that ships, and
    OriginalLinkError where a link is demanded and missing, or is no http address that a QR code can carry.
    """
    said = wording if wording is not None else policy.label.wording
    if said is not None:
        said = " ".join(said.split())
    if policy.label.required and not said:
        raise WordingError(
            f"Policy {policy.title_with_version} demands a label and has no wording for it: give the command a wording."
        )
    strange = missing_characters(said or "")
    if strange:
        raise WordingError(f"The wording {said!r} has characters that the label's font lacks: {' '.join(strange)}")
    if policy.original.link_required and original_url is None:
        raise OriginalLinkError(
            f"Policy {policy.title_with_version} demands a link to the original photo: give each photo an original_url."
        )
    if original_url is not None:
        _check(original_url)
    return Terms(policy, said or None, original_url)


def _check(url: str) -> None:
    if len(url) > MOST_URL_CHARACTERS:
        raise OriginalLinkError(
            f"The original's address has {len(url)} characters; a QR code is legible up to {MOST_URL_CHARACTERS}."
        )
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if not whole or not url.isascii() or not url.isprintable() or " " in url:
        raise OriginalLinkError(f"{url!r} is no address of an original photo: http:// or https://, percent-encoded.")
