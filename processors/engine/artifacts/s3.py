"""Artifacts in S3: `s3://<bucket>/<prefix>/artifacts/<sha256>`."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig

from processors.engine.artifacts import (
    DEFAULT_MEDIA_TYPE,
    ArtifactMissingError,
    Stored,
    StoreUnavailableError,
    sha256_in,
)
from processors.engine.artifacts.s3_client import S3RefusedError, S3Settings, s3_answers, s3_client
from processors.engine.artifacts.whole_file import CHUNK_BYTES, measure, measure_file, whole_file

MULTIPART_BYTES = 16 * 1024 * 1024  # larger files go up in parts of this size


class S3Store:
    """Fulfils `ArtifactStore`. The bucket must exist; needs the rights GetObject, PutObject and ListBucket.

    Without ListBucket, S3 answers "forbidden" for what is missing, which reads as a store that is not available.
    """

    def __init__(self, settings: S3Settings, bucket: str, prefix: str = "") -> None:
        self._client = s3_client(settings)
        self._bucket = bucket
        self._prefix = "/".join(filter(None, [prefix.strip("/"), "artifacts"]))
        self._transfer = TransferConfig(
            multipart_threshold=MULTIPART_BYTES, multipart_chunksize=MULTIPART_BYTES, max_concurrency=4
        )

    def put(self, path: Path, media_type: str = DEFAULT_MEDIA_TYPE) -> Stored:
        """Store a file. Writes nothing when its content is there already."""
        sha256, size = measure_file(path)
        with path.open("rb") as file:
            return self._put(sha256, size, file, media_type)

    def put_bytes(self, data: bytes, media_type: str = DEFAULT_MEDIA_TYPE) -> Stored:
        """Store these bytes. Writes nothing when they are there already."""
        return self._put(*measure([data]), io.BytesIO(data), media_type)

    def fetch(self, which: str, to: Path) -> None:
        """Copy the artifact with this URI or SHA-256 to `to`, which appears only whole and with its hash checked.

        Raises ArtifactMissingError, also when the bytes are not those that the name promises.
        """
        sha256 = sha256_in(which)
        with whole_file(to.parent) as copy:
            for data in self._read(sha256):
                copy.write(data)
            if copy.sha256 != sha256:
                raise ArtifactMissingError(
                    f"{self.uri(sha256)} holds other bytes than its name says: their SHA-256 is {copy.sha256}; "
                    "delete the object, what made it is run again"
                )
            copy.commit(to, durable=False)

    def exists(self, sha256: str) -> bool:
        """Whether an artifact of this name is there. Its bytes are not read."""
        return self._size_and_mark(sha256_in(sha256)) is not None

    def uri(self, sha256: str) -> str:
        """The address that an artifact of this name has, or would have, in this store."""
        return f"s3://{self._bucket}/{self._key(sha256_in(sha256))}"

    def open_url(self, sha256: str, file_name: str, expires_s: int) -> str:
        """A signed address, good for `expires_s` seconds, where a browser downloads it under this file name."""
        disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
        key = self._key(sha256_in(sha256))
        url: str = self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition},
            ExpiresIn=expires_s,
        )
        return url

    def _put(self, sha256: str, size: int, file: BinaryIO, media_type: str) -> Stored:
        # An object with the right size but without our mark was written by somebody else: it is replaced.
        if self._size_and_mark(sha256) != (size, sha256):
            extra = {"ContentType": media_type, "Metadata": {"sha256": sha256}}
            with self._definite(sha256):
                self._client.upload_fileobj(
                    file, self._bucket, self._key(sha256), ExtraArgs=extra, Config=self._transfer
                )
        return Stored(self.uri(sha256), sha256, size)

    def _size_and_mark(self, sha256: str) -> tuple[int, str | None] | None:
        """Size of the object and the SHA-256 that its writer noted; None when there is no object."""
        try:
            with s3_answers(self.uri(sha256)):
                head = self._client.head_object(Bucket=self._bucket, Key=self._key(sha256))
        except S3RefusedError as refused:
            if refused.missing:
                return None
            raise StoreUnavailableError(f"the artifact store refuses us: {refused}") from refused
        marks = {name.lower(): mark for name, mark in head.get("Metadata", {}).items()}  # some servers change the case
        return head["ContentLength"], marks.get("sha256")

    def _read(self, sha256: str) -> Iterator[bytes]:
        with self._definite(sha256):
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256))["Body"]
            try:
                yield from body.iter_chunks(CHUNK_BYTES)
            finally:
                body.close()

    @contextmanager
    def _definite(self, sha256: str) -> Iterator[None]:
        try:
            with s3_answers(self.uri(sha256)):
                yield
        except S3RefusedError as refused:
            if refused.missing:
                raise ArtifactMissingError(f"there is no artifact {self.uri(sha256)}") from refused
            raise StoreUnavailableError(f"the artifact store refuses us: {refused}") from refused

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}/{sha256}"
