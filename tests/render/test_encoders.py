"""Encoders by configuration: the command lines, and what is promised of each."""

from pathlib import Path

import pytest

from render.encode import VideoFormat, arguments
from render.encoders import ENCODERS, Encoding
from render.errors import EncoderError

VIDEO = VideoFormat(1920, 1080, 30)
QUALITY = {
    "x264": ("-crf", "20"),
    "h264_nvenc": ("-cq", "20"),
    "h264_qsv": ("-global_quality", "20"),
    "h264_vaapi": ("-qp", "20"),
    "h264_amf": ("-qp_i", "20"),
    "h264_videotoolbox": ("-q:v", "65"),
}


def line(encoder: str) -> list[str]:
    return arguments(VIDEO, Path("out.mp4"), Encoding(encoder))


@pytest.mark.parametrize("encoder", ENCODERS)
def test_each_encoder_is_asked_for_by_its_name_at_a_constant_quality(encoder: str) -> None:
    given = line(encoder)
    assert given[given.index("-c:v") + 1] == ("libx264" if encoder == "x264" else encoder)
    name, value = QUALITY[encoder]
    assert given[given.index(name) + 1] == value


@pytest.mark.parametrize("encoder", ENCODERS)
def test_segments_of_every_encoder_join(encoder: str) -> None:
    given = line(encoder)
    assert given[given.index("-profile:v") + 1] == "high"
    assert given[given.index("-g") + 1] == "60"
    assert given[given.index("-video_track_timescale") + 1] == "15360"
    assert ("-bf" in given) == (encoder != "x264")
    assert given[-1] == "out.mp4"


def test_only_x264_promises_the_same_bytes() -> None:
    assert [encoder for encoder in ENCODERS if Encoding(encoder).reproducible] == ["x264"]
    assert line("x264").count("-threads") == 2


def test_frames_go_to_the_device_where_the_encoder_reads_them_there() -> None:
    given = line("h264_vaapi")
    assert given.index("-vaapi_device") < given.index("-i")
    assert given[given.index("-vf") + 1].endswith("format=nv12,hwupload")


def test_an_encoder_that_is_not_known_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(EncoderError, match="h264_nvenc"):
        Encoding("h265_magic")
