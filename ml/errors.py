"""What can go wrong with a photo or a model: each error carries a code of schemas/errors.py and one sentence."""


class MediaError(Exception):
    """Something that this library was given cannot be used; `str()` is one sentence that names it."""

    code = "internal_error"


class PhotoError(MediaError):
    """A photo cannot be used: the caller reports it and goes on with the other photos."""

    code = "image_unreadable"


class PhotoNotFoundError(PhotoError):
    """There is no file."""

    code = "photo_not_found"


class PhotoBytesError(PhotoError):
    """The file has more bytes than the limit."""

    code = "input_too_large"


class PhotoPixelsError(PhotoError):
    """The picture has more pixels than the limit."""

    code = "image_too_large"


class PhotoCostError(PhotoError):
    """Decoding the picture takes more work than the limit."""

    code = "image_too_large"


class PhotoTooSmallError(PhotoError):
    """The picture has too few pixels to say anything about."""

    code = "image_too_small"


class PhotoTruncatedError(PhotoError):
    """The picture's data ends early."""

    code = "image_truncated"


class PhotoFormatError(PhotoError):
    """A picture, but in a format that is not taken."""

    code = "image_format_unsupported"


class PhotoUnreadableError(PhotoError):
    """No picture, or broken beyond reading."""

    code = "image_unreadable"


class ModelError(MediaError):
    """A model cannot be used."""

    code = "model_missing"


class ModelMissingError(ModelError):
    """The manifest does not name the model, or its file is not there."""

    code = "model_missing"


class ModelDigestError(ModelError):
    """The file is not the one that the manifest names."""

    code = "model_digest_mismatch"
