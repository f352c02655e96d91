"""What can be wrong with a message, and with the registry that explains it."""


class CodecError(Exception):
    """Base of what reading and writing messages raises."""


class BadMessageError(CodecError):
    """This message will never be readable. `code` is an entry of schemas/errors.py, `message` one sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class UndecodableError(BadMessageError):
    """The bytes are not a message of this topic."""

    def __init__(self, message: str) -> None:
        super().__init__("undecodable", message)


class UnknownSchemaError(BadMessageError):
    """The registry answered that it does not know the message's schema id."""

    def __init__(self, message: str) -> None:
        super().__init__("unknown_schema", message)


class InvalidRecordError(BadMessageError):
    """The command can be read, but breaks the contract: a field, a symbol or a value."""

    def __init__(self, message: str) -> None:
        super().__init__("invalid_command", message)


class RegistryUnavailableError(CodecError):
    """The registry cannot be asked now. Nothing is known about the message: wait and try again."""
