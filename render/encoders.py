"""Which encoder makes H.264, and its part of ffmpeg's command line: x264, or a hardware encoder by configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from render.errors import EncoderError

X264 = "x264"


class Pace(Enum):
    """How the picture of a piece moves."""

    EVEN = "even"  # all of it the same way in every frame: a steady pan
    CHANGING = "changing"  # all of it the same way, now faster and now slower: a pan under a speed ramp
    UNEVEN = "uneven"  # its parts by different ways: zooms, transitions


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoder with its speed and its constant quality (x264's CRF, or the like of another encoder).

    `preset` is one of x264's names; hardware encoders have their own and take no notice of it. `pace`: how the
    picture moves, which x264 takes notice of.
    """

    encoder: str = X264
    preset: str = "veryfast"
    crf: int = 20
    pace: Pace = Pace.UNEVEN

    def __post_init__(self) -> None:
        """Refuse an encoder that is not known. Raises EncoderError."""
        if self.encoder not in _ENCODERS:
            known = ", ".join(_ENCODERS)
            raise EncoderError("encoder_failed", f"there is no encoder {self.encoder!r}; known are {known}")

    @property
    def reproducible(self) -> bool:
        """Whether the same frames give the same bytes, run after run: x264 on one thread does, no hardware does."""
        return self.encoder == X264

    def before_input(self) -> list[str]:
        """Options that come before the input: the device."""
        return ["-vaapi_device", "/dev/dri/renderD128"] if self.encoder == "h264_vaapi" else []

    def filters(self) -> list[str]:
        """Filters at the end of the chain: frames go to the device."""
        return ["format=nv12", "hwupload"] if self.encoder == "h264_vaapi" else []

    def arguments(self, fps: int, keyframe_seconds: int) -> list[str]:
        """The encoder's options: closed groups of pictures of a fixed length, constant quality, High profile."""
        group = keyframe_seconds * fps
        return [*_ENCODERS[self.encoder](self), "-profile:v", "high", "-g", str(group)]


def _x264(encoding: Encoding) -> list[str]:
    """One thread, because x264's bytes depend on the number of threads.

    `stitchable` keeps what x264 found in the content out of SPS and PPS, so that those of all segments are the same and
    segments join by stream copy.
    """
    return [
        "-c:v", "libx264", "-threads", "1", "-preset", encoding.preset,
        "-crf", str(encoding.crf - (_FINER if encoding.pace is Pace.CHANGING else 0)),
        "-x264-params", f"stitchable=1:open-gop=0:b-pyramid=none:{_BY_PACE[encoding.pace]}",
    ]  # fmt: skip


# All measured on real photos, as px/frame^2 of a decoded camera. H.264 predicts motion in quarters of a pixel. At an
# even pace that is exact, and the frames before and after tell the motion of those between: guessed from the
# neighbours, or by way of a B-frame (b-pyramid), now and then much of a frame lies aside (0.05 to 0.2 instead of 0.001
# to 0.015). Where the pace changes, prediction is off by up to an eighth, which B-frames and a coarse quantiser leave
# so (0.1 instead of 0.04). Zooms want finer steps than veryfast looks for (0.06 instead of 0.03 on 640 pixels).
_BY_PACE = {
    Pace.EVEN: "direct=temporal",
    Pace.CHANGING: "b-bias=-100:deadzone-inter=8:no-dct-decimate=1",
    Pace.UNEVEN: "direct=spatial:subme=4",
}
_FINER = 4  # of CRF


def _nvenc(encoding: Encoding) -> list[str]:
    quality = ["-rc", "vbr", "-cq", str(encoding.crf), "-b:v", "0"]
    return ["-c:v", "h264_nvenc", "-preset", "p5", "-tune", "hq", *quality, "-bf", "0", "-forced-idr", "1"]


def _quick_sync(encoding: Encoding) -> list[str]:
    return [
        "-c:v",
        "h264_qsv",
        "-preset",
        "medium",
        "-global_quality",
        str(encoding.crf),
        "-bf",
        "0",
        "-look_ahead",
        "0",
    ]


def _vaapi(encoding: Encoding) -> list[str]:
    return ["-c:v", "h264_vaapi", "-rc_mode", "CQP", "-qp", str(encoding.crf), "-bf", "0"]


def _amf(encoding: Encoding) -> list[str]:
    quality = ["-rc", "cqp", "-qp_i", str(encoding.crf), "-qp_p", str(encoding.crf)]
    return ["-c:v", "h264_amf", "-quality", "quality", *quality, "-bf", "0"]


def _videotoolbox(encoding: Encoding) -> list[str]:
    # Its quality goes from 1 to 100, the other way; 20 comes out near 65.
    return ["-c:v", "h264_videotoolbox", "-q:v", str(max(1, min(100, 105 - 2 * encoding.crf))), "-bf", "0"]


_ENCODERS: dict[str, Callable[[Encoding], list[str]]] = {
    X264: _x264,
    "h264_nvenc": _nvenc,
    "h264_qsv": _quick_sync,
    "h264_vaapi": _vaapi,
    "h264_amf": _amf,
    "h264_videotoolbox": _videotoolbox,
}
ENCODERS = tuple(_ENCODERS)
"""Names of all encoders, as the setting takes them."""

DELIVERY = Encoding()
PREVIEW = Encoding(preset="superfast", crf=27)
