"""References to files: what the backend hands in, and the content-addressed artifacts that come back."""

from pydantic import Field

from schemas.record import Record


class ArtifactRef(Record):
    """A file in the artifact store, named by its content."""

    uri: str = Field(description="Where the bytes lie: `file://` or `s3://`, ending in the sha256.")
    sha256: str = Field(description="SHA-256 of the bytes, 64 lower-case hex digits.", pattern="^[0-9a-f]{64}$")
    bytes: int = Field(description="Size in bytes.", ge=0)
    media_type: str = Field(description="IANA media type, such as `video/mp4`.")
    file_name: str = Field(description="Suggested name for a person's download, without a folder.")
    role: str = Field(description="What the file is to its task, such as `clip`, `segment`, `video`, `timeline`.")
    width: int | None = Field(default=None, description="Width in pixels, for pictures and videos.")
    height: int | None = Field(default=None, description="Height in pixels, for pictures and videos.")
    duration_frames: int | None = Field(default=None, description="Length in video frames, for videos.")


class InputSnapshot(Record):
    """What an input was when it was first seen: later reads of the same job use the copied bytes."""

    uri: str = Field(description="The address the command gave, without its query string.")
    sha256: str = Field(description="SHA-256 of the bytes that were copied in, 64 lower-case hex digits.")
    bytes: int = Field(description="Size in bytes.", ge=0)


class ErrorInfo(Record):
    """Why something failed, for a machine (`code`) and for a person (`message`)."""

    code: str = Field(description="A code of the catalogue in schemas/errors.py, such as `image_truncated`.")
    message: str = Field(description="One sentence: what was found, what was expected, what to do.")
    item: str | None = Field(default=None, description="What it is about: the photo_id, or the name of an input.")
