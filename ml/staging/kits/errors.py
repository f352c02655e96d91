"""What can be wrong with a design kit."""

from ml.errors import MediaError


class KitError(MediaError):
    """A kit cannot be used; `str()` is one sentence that names it and what is offered."""

    code = "invalid_kit"


class UnknownKitError(KitError):
    """There is no kit of that name or version."""

    code = "unknown_kit"
