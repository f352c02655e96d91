"""A client for S3 and what its errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from processors.engine.artifacts import StoreUnavailableError
from processors.engine.work import ResourceExhaustedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Where an S3 server is and how to talk to it. What is None comes from boto3's own places (AWS_*, roles)."""

    endpoint_url: str | None = None
    region: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    addressing: Literal["auto", "path", "virtual"] = "auto"
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 30.0
    attempts: int = 4  # of one request, with exponential waits between
    connections: int = 16


class S3RefusedError(Exception):
    """The server answered, and the answer is no."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(f"{code} ({status}): {message}")
        self.code = code
        self.status = status

    @property
    def missing(self) -> bool:
        """Whether it says that there is no such object."""
        return self.code in ("NoSuchKey", "NoSuchVersion", "NotFound", "404")


# Answers that are about us and the server and not about the object that was asked for.
_OURS = frozenset(
    {
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "InvalidToken",
        "TokenRefreshRequired",
        "RequestTimeTooSkewed",
        "AuthorizationHeaderMalformed",
        "RequestTimeout",
        "SlowDown",
    }
)
_FULL = frozenset({"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull"})


def s3_client(settings: S3Settings) -> "S3Client":
    """A client; it may be used from several threads."""
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint_url,
        region_name=settings.region or ("us-east-1" if settings.endpoint_url else None),
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        config=Config(
            connect_timeout=settings.connect_timeout_s,
            read_timeout=settings.read_timeout_s,
            retries={"mode": "standard", "total_max_attempts": settings.attempts},
            max_pool_connections=settings.connections,
            signature_version="s3v4",  # boto3 would sign addresses for browsers with version 2
            s3={"addressing_style": settings.addressing},
        ),
    )


@contextmanager
def s3_answers(what: str) -> Iterator[None]:
    """Turns boto3's errors into S3RefusedError, ResourceExhaustedError (no room) and StoreUnavailableError.

    `what` says what was asked for.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _FULL or status == 507:
            raise ResourceExhaustedError("disk_full", f"the S3 server has no room for {what}: {code}") from error
        if code in _OURS or not 400 <= status < 500 or status in (401, 408, 429):
            raise StoreUnavailableError(f"S3 does not serve {what}: {code} ({status})") from error
        raise S3RefusedError(code, status, what) from error
    except (BotoCoreError, HTTPError) as error:
        raise StoreUnavailableError(f"S3 cannot be reached for {what}: {error}") from error
