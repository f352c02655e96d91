"""Every record that is the value of a topic, by its name on the wire."""

from schemas.commands import ClassifyPhotos, GenerateClips, RenderVideo, StagePhotos
from schemas.events import (
    AudioAnalyzed,
    ClipGenerated,
    ListingStaged,
    ListingSummarized,
    PhotoClassified,
    PhotoStaged,
    SegmentRendered,
    VideoRendered,
)
from schemas.jobs import Cancel, CommandRejected, DeadLetter, JobCompleted, OutcomeRecord, Progress, TaskRecord, Tick
from schemas.record import Record

_ALL: tuple[type[Record], ...] = (
    ClassifyPhotos,
    StagePhotos,
    GenerateClips,
    RenderVideo,
    Cancel,
    TaskRecord,
    OutcomeRecord,
    Tick,
    Progress,
    JobCompleted,
    CommandRejected,
    DeadLetter,
    PhotoClassified,
    ListingSummarized,
    PhotoStaged,
    ListingStaged,
    ClipGenerated,
    AudioAnalyzed,
    SegmentRendered,
    VideoRendered,
)
RECORDS: dict[str, type[Record]] = {record.__name__: record for record in _ALL}
