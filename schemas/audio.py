"""What the analysis of a piece of music found: tempo, beats, downbeats, metre, loudness over time."""

from pydantic import Field

from schemas.record import Record


class MusicCredit(Record):
    """Whose music it is. Passed through: it is in the command, the timeline and the events, never interpreted."""

    track_id: str = Field(default="", description="The backend's id of the track.")
    licence: str = Field(default="", description="Licence of the track, such as `CC-BY-4.0` or a contract's number.")
    attribution: str = Field(default="", description="What the licence asks to be said beside the video.")


class TempoCandidate(Record):
    """A tempo that the music may be counted at."""

    bpm: float = Field(description="Tempo in beats a minute.", gt=0)
    score: float = Field(
        description="How well it fits beside the tempo that was chosen, which counts 1: periodicity of the onsets "
        "times a prior on tempi.",
        ge=0,
        le=1,
    )


class EnergyPoint(Record):
    """Loudness of the music around one moment."""

    at_s: float = Field(description="Start of the interval, in seconds from the start of the file.", ge=0)
    level_db: float = Field(
        description="Root-mean-square level over the interval, in dB below full scale, at least -100."
    )


class TempoSection(Record):
    """A stretch of music that keeps one tempo."""

    start_s: float = Field(description="Where it begins, in seconds from the start of the file.", ge=0)
    end_s: float = Field(description="Where it ends: where the next one begins, or the last beat.", ge=0)
    bpm: float = Field(description="Its tempo in beats a minute: a robust line through its beats.", gt=0)


class PhraseEnd(Record):
    """Where a musical phrase ends, and so a place to end on or to begin at."""

    at_s: float = Field(description="The downbeat after the phrase's last bar, in seconds.", ge=0)
    strength: float = Field(description="0 to 1: how much the music changes there, beside its other bars.", ge=0, le=1)


class CutPlace(Record):
    """A downbeat that carries a strong cut."""

    at_s: float = Field(description="The downbeat's time in seconds.", ge=0)
    score: float = Field(
        description="0 to 1: how much changes there, whether a phrase ends there, whether it gets louder.", ge=0, le=1
    )


class AudioAnalysis(Record):
    """Music as an editor needs it: when its beats and bars begin, how sure that is, and where it is loud.

    Times are seconds from the first decoded sample. Silence and music without any onset are not errors: they have no
    tempo, no beats and confidence 0, and a timeline cuts at even distances then.
    """

    duration_s: float = Field(description="Length of the decoded audio in seconds.", gt=0)
    sample_rate: int = Field(description="Sample rate of the file's audio stream in hertz, before resampling.", gt=0)
    channels: int = Field(description="Channels of the file's audio stream, before mixing down to one.", ge=1)
    codec: str = Field(description="FFmpeg's name of the audio codec, such as `mp3` or `vorbis`.")
    silent: bool = Field(description="True when nothing in the file is louder than -60 dB below full scale.")
    tempo_bpm: float | None = Field(
        default=None,
        description="Tempo in beats a minute: a robust line through the beats, so it holds for the whole piece. "
        "Null when there are no beats.",
    )
    tempo_confidence: float = Field(
        description="0 to 1: how far two trackers agree on the beats, times how far the tempo stands out from its "
        "alternatives and the beats from the sound between them. 0 without beats.",
        ge=0,
        le=1,
    )
    tempo_alternatives: list[TempoCandidate] = Field(
        default_factory=list,
        description="Other readings of the tempo, best first; half and double the tempo are among them wherever they "
        "lie between 40 and 240 beats a minute.",
    )
    beats_s: list[float] = Field(default_factory=list, description="Beat times in seconds, ascending.")
    beat_positions: list[int] = Field(
        default_factory=list, description="Position in the bar of each beat of `beats_s`: 1 is the downbeat."
    )
    downbeats_s: list[float] = Field(
        default_factory=list,
        description="Times of the first beat of each bar in seconds, ascending: a subset of `beats_s`.",
    )
    beats_per_bar: int | None = Field(
        default=None, description="3 or 4 beats to the bar. Null when there are no beats."
    )
    metre_confidence: float = Field(
        default=0.0, description="0 to 1: how clearly the music has that many beats to the bar.", ge=0, le=1
    )
    loop_period_s: float | None = Field(
        default=None,
        description="Length in seconds of the stretch that the audio repeats exactly, for tiled loops. "
        "Null for other music.",
    )
    energy: list[EnergyPoint] = Field(
        default_factory=list, description="Level over time, one point a second of music, in order of time."
    )
    tempo_sections: list[TempoSection] = Field(
        default_factory=list,
        description="Stretches of one tempo, in order; more than one where the tempo changes by 4 % or more.",
    )
    phrase_ends: list[PhraseEnd] = Field(
        default_factory=list, description="Ends of phrases, as a rule every four bars, in order of time."
    )
    strong_cuts: list[CutPlace] = Field(
        default_factory=list, description="Downbeats for strong cuts, the best first; at most 64."
    )
