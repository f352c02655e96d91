"""What can be wrong with a message, and with the registry that explains it."""


class CodecError(Exception):
    """Base of what reading and writing messages raises."""


class BadMessageError(CodecError):
    """This message will never be readable. `code` is an entry of schemas/errors.py, `message` one sentence."""

    code = "undecodable"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UndecodableError(BadMessageError):
    """The bytes are not a message of this topic."""


class UnknownSchemaError(BadMessageError):
    """The registry answered that it does not know the message's schema id."""

    code = "unknown_schema"


class InvalidRecordError(BadMessageError):
    """The command can be read, but breaks the contract: a field, a symbol or a value."""

    code = "invalid_command"


class RegistryUnavailableError(CodecError):
    """The registry cannot be asked now. Nothing is known about the message: wait and try again."""
