"""What can be wrong with a disclosure: each error carries a code of schemas/errors.py and one sentence."""

from ml.errors import MediaError


class DisclosureError(MediaError):
    """A picture cannot be disclosed as asked."""

    code = "invalid_policy"


class PolicyError(DisclosureError):
    """A policy's file breaks the format."""

    code = "invalid_policy"


class UnknownPolicyError(DisclosureError):
    """There is no policy of that name or version."""

    code = "unknown_policy"


class WordingError(DisclosureError):
    """The policy demands a label, and there is nothing to write on it, or nothing that can be written."""

    code = "disclosure_wording"


class OriginalLinkError(DisclosureError):
    """The policy demands the address of the original photo and there is none, or it is no address."""

    code = "original_url"


class LegibilityError(DisclosureError):
    """The label as drawn cannot be read at thumbnail size."""

    code = "label_not_legible"
