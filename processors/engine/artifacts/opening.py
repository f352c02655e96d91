"""Opens the artifact store that a URL names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from processors.engine.artifacts import ArtifactStore
from processors.engine.artifacts.folder import FolderStore
from processors.engine.artifacts.s3 import S3Store
from processors.engine.artifacts.s3_client import S3Settings


def open_store(url: str, s3: S3Settings | None = None) -> ArtifactStore:
    """The store at `file:///folder` or `s3://bucket/prefix`.

    Raises ValueError for any other URL, StoreUnavailableError when the folder cannot be made.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        return S3Store(s3 or S3Settings(), parts.netloc, unquote(parts.path))
    raise ValueError(f"an artifact store is file:///an/absolute/folder or s3://bucket/prefix, not {url!r}")
