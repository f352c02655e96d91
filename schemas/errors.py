"""The catalogue of error codes: what each means, whether trying again can help, and who acts."""

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Who can do something about it."""

    BACKEND = "backend"
    AGENT = "agent"
    OPERATOR = "operator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One code of the catalogue."""

    code: str
    meaning: str
    retryable: bool
    actor: Actor


_ENTRIES = (
    ErrorCode("photo_not_found", "There is no file at the photo's address.", False, Actor.BACKEND),
    ErrorCode("input_not_found", "There is no file at an input's address.", False, Actor.BACKEND),
    ErrorCode("uri_not_allowed", "The address is outside the stores that this service may read.", False, Actor.BACKEND),
    ErrorCode("input_too_large", "The file has more bytes than the limit.", False, Actor.AGENT),
    ErrorCode("image_truncated", "The picture's data ends before its last row.", False, Actor.AGENT),
    ErrorCode("image_unreadable", "The file is not a picture, or is broken beyond reading.", False, Actor.AGENT),
    ErrorCode("image_format_unsupported", "A picture, but in a format that is not taken.", False, Actor.AGENT),
    ErrorCode("image_too_large", "The picture has more pixels than the limit.", False, Actor.AGENT),
    ErrorCode("image_too_small", "The picture has too few pixels to work with.", False, Actor.AGENT),
    ErrorCode("audio_unreadable", "The file has no audio that can be decoded.", False, Actor.BACKEND),
    ErrorCode("audio_too_short", "The music is too short to find beats in.", False, Actor.BACKEND),
    ErrorCode("video_unreadable", "The file is not a video that can be decoded.", False, Actor.OPERATOR),
    ErrorCode("encoder_failed", "The encoder ended with an error.", True, Actor.OPERATOR),
    ErrorCode("quality_check_failed", "What was made does not pass its own checks.", False, Actor.OPERATOR),
    ErrorCode("no_usable_photo", "Not one photo of the command could be used.", False, Actor.AGENT),
    ErrorCode("unknown_kit", "There is no design kit of that name or version.", False, Actor.BACKEND),
    ErrorCode("invalid_kit", "A design kit breaks its format: the message names the field.", False, Actor.OPERATOR),
    ErrorCode("model_missing", "A model that the plan names is not in the model store.", True, Actor.OPERATOR),
    ErrorCode("model_digest_mismatch", "A model file is not the one that the manifest names.", False, Actor.OPERATOR),
    ErrorCode("engine_missing", "The engine that was asked for is not installed here.", True, Actor.OPERATOR),
    ErrorCode("engine_failed", "An engine ended without a picture.", True, Actor.OPERATOR),
    ErrorCode("not_supported", "The engine cannot do what was asked of it.", False, Actor.BACKEND),
    ErrorCode("invalid_command", "The command breaks the contract: a field, an enum or a value.", False, Actor.BACKEND),
    ErrorCode("plan_failed", "The command cannot be planned: what it asks for cannot be done.", False, Actor.BACKEND),
    ErrorCode("job_id_reused", "The job_id was used before with other content.", False, Actor.BACKEND),
    ErrorCode("undecodable", "The bytes are not a message of this topic.", False, Actor.BACKEND),
    ErrorCode("unknown_schema", "The registry does not know the message's schema id.", False, Actor.BACKEND),
    ErrorCode(
        "task_crashed", "The work's process died or overran its deadline, more than once.", False, Actor.OPERATOR
    ),
    ErrorCode("out_of_memory", "The work needs more memory than its limit.", True, Actor.OPERATOR),
    ErrorCode("disk_full", "The scratch disk or the store has no room.", True, Actor.OPERATOR),
    ErrorCode("retries_exhausted", "It failed for a passing reason, each time it was tried.", True, Actor.OPERATOR),
    ErrorCode("cancelled", "The backend asked to end the job.", False, Actor.NOBODY),
    ErrorCode("deadline_exceeded", "The run was not done by its deadline.", True, Actor.OPERATOR),
    ErrorCode("unknown_policy", "There is no disclosure policy of that name or version.", False, Actor.BACKEND),
    ErrorCode("invalid_policy", "A disclosure policy's file breaks its format.", False, Actor.OPERATOR),
    ErrorCode("disclosure_wording", "The label has no wording, or one that cannot be drawn.", False, Actor.BACKEND),
    ErrorCode("original_url", "The original's address is demanded and missing, or is none.", False, Actor.BACKEND),
    ErrorCode("label_not_legible", "The label cannot be drawn so that it can be read.", False, Actor.BACKEND),
    ErrorCode("engine_differs", "The task was planned for another engine or processor.", True, Actor.OPERATOR),
    ErrorCode("no_stageable_photo", "Not one photo of the command can be staged.", False, Actor.AGENT),
    ErrorCode("internal_error", "A fault in this service; the message names it.", True, Actor.OPERATOR),
)

CATALOGUE: dict[str, ErrorCode] = {entry.code: entry for entry in _ENTRIES}
