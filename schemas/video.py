"""Records about clips and videos: motions, transitions, the timeline, and what a check of a file found."""

from pydantic import Field

from schemas.audio import MusicCredit
from schemas.photo import Box, Point
from schemas.quality import QualityReport
from schemas.record import Record, Symbol


class Motion(Symbol):
    """How the camera moves over a still photo. Left, right, up and down are where the camera goes.

    `focus_push` zooms on the photo's focus point, `reframe_pan` goes along the side that the frame cuts off, and
    `parallax` lets what is near move more than what is far, by a depth map that is given.
    """

    UNKNOWN = "unknown"
    AUTO = "auto"
    HOLD = "hold"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    PAN_UP = "pan_up"
    PAN_DOWN = "pan_down"
    PUSH_IN_LEFT = "push_in_left"
    PUSH_IN_RIGHT = "push_in_right"
    PULL_OUT_LEFT = "pull_out_left"
    PULL_OUT_RIGHT = "pull_out_right"
    FOCUS_PUSH = "focus_push"
    REFRAME_PAN = "reframe_pan"
    PARALLAX = "parallax"


class Ramp(Symbol):
    """How the camera's speed changes in a shot. `custom` takes points."""

    UNKNOWN = "unknown"
    CONSTANT = "constant"
    EASE_IN = "ease_in"
    EASE_OUT = "ease_out"
    HERO = "hero"
    BULLET = "bullet"
    MONTAGE = "montage"
    FLASH_IN = "flash_in"
    FLASH_OUT = "flash_out"
    CUSTOM = "custom"


class SpeedPoint(Record):
    """The camera's speed at one moment of a shot, relative to the other moments."""

    at: float = Field(description="When, as a share of the shot's length, 0 to 1.", ge=0, le=1)
    speed: float = Field(description="Speed, 0.1 to 10; 1 is the speed of a constant ramp.", ge=0.1, le=10)


class SpeedRamp(Record):
    """The camera's speed over a shot."""

    kind: Ramp = Field(default=Ramp.CONSTANT, description="The shape of the ramp.")
    peak: float = Field(
        default=0.5,
        description="Where hero, bullet and montage have their peak, as a share of the shot's length, 0.1 to 0.9.",
        ge=0.1,
        le=0.9,
    )
    points: list[SpeedPoint] = Field(
        default_factory=list, description="For custom: 2 to 16 points, each later than the one before."
    )


class Ratio(Symbol):
    """Shape of a video, width to height."""

    UNKNOWN = "unknown"
    WIDE_16_9 = "r16_9"
    TALL_9_16 = "r9_16"
    SQUARE = "r1_1"
    PORTRAIT_4_5 = "r4_5"


class Framing(Symbol):
    """How a photo of one shape fills a frame of another.

    `cover` cuts it to fill the frame, `fit` shows all of it before its own blurred picture, `matte` shows all of it
    before one colour.
    """

    UNKNOWN = "unknown"
    COVER = "cover"
    FIT = "fit"
    MATTE = "matte"


class TransitionKind(Symbol):
    """How one shot becomes the next. Left, right, up and down are where the edge, or the picture, goes.

    `fade` mixes the two pictures; in `dissolve` grains of the new one grow until they are all of it.
    """

    UNKNOWN = "unknown"
    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE_BLACK = "fade_black"
    FADE_WHITE = "fade_white"
    FADE = "fade"
    WIPE_LEFT = "wipe_left"
    WIPE_RIGHT = "wipe_right"
    WIPE_UP = "wipe_up"
    WIPE_DOWN = "wipe_down"
    SLIDE_LEFT = "slide_left"
    SLIDE_RIGHT = "slide_right"
    SLIDE_UP = "slide_up"
    SLIDE_DOWN = "slide_down"
    SMOOTH_LEFT = "smooth_left"
    SMOOTH_RIGHT = "smooth_right"
    SMOOTH_UP = "smooth_up"
    SMOOTH_DOWN = "smooth_down"
    CIRCLE_OPEN = "circle_open"
    CIRCLE_CLOSE = "circle_close"
    RADIAL = "radial"
    ZOOM_IN = "zoom_in"
    HBLUR = "hblur"
    VERT_OPEN = "vert_open"
    HORZ_OPEN = "horz_open"


class SegmentKind(Symbol):
    """What a segment shows: one photo alone, or the change from one to the next."""

    UNKNOWN = "unknown"
    BODY = "body"
    TRANSITION = "transition"


class BeatKind(Symbol):
    """What of the music a cut falls on."""

    UNKNOWN = "unknown"
    NONE = "none"
    BEAT = "beat"
    DOWNBEAT = "downbeat"


class OverlayKind(Symbol):
    """What is laid over the picture. The alteration label of a staged photo is none: it belongs to its shot."""

    UNKNOWN = "unknown"
    TITLE = "title"
    CAPTION = "caption"
    PRICE_BADGE = "price_badge"
    LOGO = "logo"
    AGENT = "agent"
    PHONE = "phone"
    WEBSITE = "website"


class OverlayPlace(Symbol):
    """Where in the safe area an overlay stands; what is there already moves it towards the middle."""

    UNKNOWN = "unknown"
    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    CENTER = "center"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom_right"


class Overlay(Record):
    """A text or the logo, laid over the picture for some frames. Agent, phone, website and logo are branding."""

    kind: OverlayKind = Field(description="What it is.")
    text: str = Field(default="", description="What it says, lines parted by a line feed; empty for the logo.")
    first_frame: int = Field(description="The video's frame on which it appears.", ge=0)
    frames: int = Field(description="Length in frames.", ge=1)
    place: OverlayPlace = Field(description="Where it stands.")
    fade_frames: int = Field(default=0, description="Length of its fade in and of its fade out, in frames.", ge=0)
    color: str = Field(default="#ffffff", description="Colour of the text, #rrggbb.", pattern="^#[0-9a-f]{6}$")
    background: str = Field(
        default="#101418", description="Colour of the plate behind it, #rrggbb.", pattern="^#[0-9a-f]{6}$"
    )
    picture_width: int | None = Field(default=None, description="For the logo: its file's width in pixels.")
    picture_height: int | None = Field(default=None, description="For the logo: its file's height in pixels.")


class Reveal(Record):
    """In a shot of a staged photo: the photo before the alteration is seen first, and wiped away."""

    first_frame: int = Field(description="The video's frame on which the wipe begins.", ge=0)
    frames: int = Field(description="Length of the wipe in frames.", ge=1)
    transition: TransitionKind = Field(description="How the original becomes the staged photo.")
    label: str = Field(description="What stands on the original.")


class Shot(Record):
    """One photo in the video, from the first frame that shows any of it to the last; transitions overlap."""

    photo_id: str = Field(description="The backend's id of the photo.")
    scene: str = Field(default="", description="Scene label of the photo, or empty.")
    motion: Motion = Field(description="How the camera moves; never auto.")
    first_frame: int = Field(description="The video's frame on which the shot starts.", ge=0)
    frames: int = Field(
        description="Length in frames, its part in transitions included; the motion spans all of it.", ge=1
    )
    zoom: float = Field(
        description="Largest zoom that the motion may reach, as a factor of the widest view.", ge=1, le=1.25
    )
    travel: float = Field(
        description="Longest way that a pan may go, as a fraction of the frame's longer side.", ge=0, le=1
    )
    ramp: SpeedRamp = Field(default=SpeedRamp(), description="How fast the camera goes when.")
    framing: Framing = Field(default=Framing.COVER, description="How the photo fills the frame.")
    matte: str = Field(
        default="#101418", description="Colour behind the photo where it is framed by one.", pattern="^#[0-9a-f]{6}$"
    )
    focus: Point | None = Field(default=None, description="What the camera keeps to, in shares of the photo.")
    crop: Box | None = Field(default=None, description="The part of the photo to fill the frame with; null: by focus.")
    photo_width: int | None = Field(default=None, description="Width of the photo in pixels, upright.")
    photo_height: int | None = Field(default=None, description="Height of the photo in pixels, upright.")
    source_px_per_output_px: float | None = Field(
        default=None, description="Pixels of the photo for one of the video, along a side, where they are fewest."
    )
    label: str = Field(
        default="", description="Alteration label, seen in every frame that shows any of the photo; empty: unaltered."
    )
    reveal: Reveal | None = Field(default=None, description="How the original becomes the staged photo, if it does.")


class Segment(Record):
    """A stretch of frames that is encoded by itself; the video is all segments, one after the other."""

    kind: SegmentKind = Field(description="Whether it shows one shot or the change between two.")
    shot: int = Field(description="Index of the shot; of the one that goes, in a transition.", ge=0)
    next_shot: int | None = Field(default=None, description="Index of the shot that comes, in a transition.")
    transition: TransitionKind = Field(default=TransitionKind.CUT, description="How the change looks; cut for a body.")
    first_frame: int = Field(description="The video's frame on which the segment starts.", ge=0)
    frames: int = Field(description="Length in frames.", ge=1)


class Cut(Record):
    """Where one shot becomes the next, as the eye sees it, and the beat that it was laid on."""

    frame: int = Field(
        description="First frame on which the new shot is the stronger one: the transition's middle.", ge=1
    )
    transition: TransitionKind = Field(description="How the change looks.")
    transition_frames: int = Field(description="Length of the transition in frames, even; 0 for a cut.", ge=0)
    beat: BeatKind = Field(description="What the cut falls on; none where the music has no beat to offer.")
    beat_s: float | None = Field(default=None, description="The beat's time in seconds from the start of the video.")
    error_frames: float | None = Field(default=None, description="Cut minus beat in frames; positive is late.")
    error_s: float | None = Field(default=None, description="Cut minus beat in seconds; positive is late.")


class MusicCue(Record):
    """Which part of the music is heard. The video's first frame is at `start_s`."""

    start_s: float = Field(description="Where in the music the video starts, in seconds.", ge=0)
    loop_from_s: float | None = Field(
        default=None, description="Start of the part that repeats, in seconds; null: no loop."
    )
    loop_to_s: float | None = Field(
        default=None, description="End of the part that repeats, in seconds; null: no loop."
    )
    fade_in_frames: int = Field(description="Length of the fade in at the start, in frames.", ge=0)
    fade_out_frames: int = Field(description="Length of the fade out at the end, in frames.", ge=0)
    loudness_lufs: float = Field(default=-14.0, description="Integrated loudness wanted, in LUFS (ITU-R BS.1770).")
    true_peak_dbtp: float = Field(default=-1.0, description="Highest true peak allowed, in dBTP.")
    credit: MusicCredit | None = Field(
        default=None, description="Whose music it is, as the command says; null: unsaid."
    )


class LeftOutPhoto(Record):
    """A photo that is not in the video, and why."""

    photo_id: str = Field(description="The backend's id of the photo.")
    code: str = Field(
        description="`does_not_fit`, `near_duplicate`, `below_quality`, `no_slot`, or an error code of the catalogue, "
        "such as `image_truncated`."
    )
    reason: str = Field(description="The reason in one sentence.")


class Timeline(Record):
    """A whole video, frame by frame, without a word about where files lie."""

    width: int = Field(description="Width in pixels, even.", ge=2, multiple_of=2)
    height: int = Field(description="Height in pixels, even.", ge=2, multiple_of=2)
    fps: int = Field(description="Frames a second.", ge=1)
    frames: int = Field(description="Length in frames: the sum of all segments.", ge=1)
    seconds_wanted: float = Field(description="Length that was asked for, in seconds.")
    shots: list[Shot] = Field(description="The shots, in order.", min_length=1)
    cuts: list[Cut] = Field(description="The changes between them: one fewer than shots.")
    segments: list[Segment] = Field(
        default_factory=list,
        description="What is encoded, in order, without gap or overlap. Follows from shots and cuts: worked out anew "
        "where a timeline is sent.",
    )
    music: MusicCue | None = Field(default=None, description="Which part of the music is heard; null: a silent video.")
    left_out: list[LeftOutPhoto] = Field(default_factory=list, description="Photos that are not in the video.")
    notes: list[str] = Field(
        default_factory=list, description="What was decided otherwise than asked, a sentence each."
    )
    overlays: list[Overlay] = Field(
        default_factory=list,
        description="Texts and logo over the picture; the first has the place, later ones give way.",
    )


class ClipReport(Record):
    """What a clip is made of."""

    motion: Motion = Field(description="How the camera moves; never auto.")
    framing: Framing = Field(description="Whether the photo fills the frame or stands before a blurred background.")
    photo_width: int = Field(description="Width of the photo in pixels, upright.")
    photo_height: int = Field(description="Height of the photo in pixels, upright.")
    width: int = Field(description="Width of the clip in pixels.")
    height: int = Field(description="Height of the clip in pixels.")
    fps: int = Field(description="Frames a second.")
    frames: int = Field(description="Length in frames.")
    enlargement: float = Field(description="Pixels of the clip for one pixel of the photo where the zoom is largest.")
    kept: float = Field(description="Part of the photo's area that is seen at some time, 0 to 1.")
    source_px_per_output_px: float | None = Field(
        default=None, description="Pixels of the photo for one of the clip, along a side, where they are fewest."
    )
    bytes: int = Field(description="Size of the file in bytes.")
    notes: list[str] = Field(
        default_factory=list, description="What a person should know about the result, a sentence each."
    )
    quality: QualityReport | None = Field(default=None, description="The quality checks of the file; null: not made.")


class VideoReport(Record):
    """What a video file is, found by decoding all of it."""

    bytes: int = Field(description="Size of the file in bytes.")
    container: str = Field(description="Container format, as libavformat names it.")
    codec: str = Field(description="Video codec, such as `h264`.")
    pixel_format: str = Field(description="Pixel format, such as `yuv420p`.")
    width: int = Field(description="Width in pixels.")
    height: int = Field(description="Height in pixels.")
    fps_numerator: int = Field(description="Frame rate in frames a second, numerator.")
    fps_denominator: int = Field(description="Frame rate in frames a second, denominator.")
    frames: int = Field(description="Number of frames that decode.")
    duration_s: float = Field(description="Length of the video stream in seconds.")
    decodes: bool = Field(description="Whether every frame that the file announces decodes without an error.")
    fault: str = Field(default="", description="Where and why decoding failed; empty when it did not.")
    constant_frame_rate: bool = Field(description="Whether all frames are equally far apart.")
    sample_aspect: str = Field(description="Sample aspect ratio, such as `1:1`.")
    color_range: str = Field(description="`tv` (limited), `pc` (full) or `unknown`.")
    color_primaries: str = Field(description="Colour primaries, such as `bt709`.")
    color_transfer: str = Field(description="Transfer characteristics, such as `bt709`.")
    color_matrix: str = Field(description="Matrix coefficients, such as `bt709`.")
    faststart: bool = Field(description="Whether the index comes before the media data.")
    audio_codec: str | None = Field(default=None, description="Audio codec, such as `aac`; null: no audio.")
    audio_rate_hz: int | None = Field(default=None, description="Audio samples a second.")
    audio_channels: int | None = Field(default=None, description="Number of audio channels.")
    audio_duration_s: float | None = Field(default=None, description="Length of the audio stream in seconds.")
    loudness_lufs: float | None = Field(default=None, description="Integrated loudness in LUFS; null: not measured.")
    true_peak_dbtp: float | None = Field(default=None, description="Highest true peak in dBTP; null: not measured.")
    quality: QualityReport | None = Field(default=None, description="The quality checks of the file; null: not made.")
