"""What can go wrong with the local servers; every message says what is missing and what to do."""


class LocalServersError(Exception):
    """Base of everything that deploy.local reports to a person."""


class MissingProgramError(LocalServersError):
    """A program of the operating system is not there."""


class DownloadError(LocalServersError):
    """A file could not be fetched, or is not the one that is pinned."""


class ServerFailedError(LocalServersError):
    """A server ended, or did not answer in time."""
