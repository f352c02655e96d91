"""What can go wrong when a photo is furnished: each error carries a code of schemas/errors.py and one sentence."""

from ml.errors import MediaError


class StagingError(MediaError):
    """A photo cannot be furnished, for a reason that lies not in the photo."""

    code = "internal_error"


class EngineMissingError(StagingError):
    """The engine that was asked for is not installed."""

    code = "engine_missing"


class EngineFailedError(StagingError):
    """An engine ended without a picture."""

    code = "engine_failed"


class RenderTimeoutError(EngineFailedError):
    """Rendering overran its deadline."""


class RenderMemoryError(EngineFailedError):
    """Rendering needs more memory than its limit."""

    code = "out_of_memory"


class RenderCrashedError(EngineFailedError):
    """The renderer's process died."""


class NotSupportedError(StagingError):
    """The engine cannot do what was asked."""

    code = "not_supported"


class KeepOutError(StagingError):
    """A file of keep-out polygons cannot be read."""

    code = "invalid_command"


class ModelsMissingError(StagingError):
    """No model is configured that says what is where."""

    code = "model_missing"


class MaskError(StagingError):
    """A mask that limits the engine cannot be used."""

    code = "invalid_command"
