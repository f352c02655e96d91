from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.engine.children import wire
from processors.engine.children.wire import (
    FrameError,
    FrameReader,
    encode_frame,
    pack_item,
    pack_result,
    unpack_item,
    unpack_result,
)
from processors.engine.work import FailureKind, OutputFile, WorkDone, WorkFailed, WorkItem

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
documents = st.dictionaries(st.text(), json_values, max_size=4)
names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name not in (".", "..")
)
paths = names.map(lambda name: Path("/scratch") / name)


@settings(deadline=None, max_examples=50)
@given(st.lists(json_values, max_size=8), st.randoms(use_true_random=False))
def test_messages_survive_any_cutting_of_the_stream(messages: list[object], random: object) -> None:
    stream = b"".join(encode_frame(message) for message in messages)
    reader, received, position = FrameReader(), [], 0
    while position < len(stream):
        size = random.randint(1, 9)  # type: ignore[attr-defined]
        received += reader.feed(stream[position : position + size])
        position += size
    assert received == messages


@settings(deadline=None, max_examples=50)
@given(st.text(), documents, st.dictionaries(st.text(), paths), paths, st.none() | st.text())
def test_an_item_survives_the_way(
    ref: str, params: dict[str, object], inputs: dict[str, Path], out_dir: Path, about: str | None
) -> None:
    item = WorkItem(ref, "clip", params, inputs, out_dir, {"model": "sha"}, about)
    (packed,) = FrameReader().feed(encode_frame(pack_item(item)))
    assert unpack_item(packed) == item


@settings(deadline=None, max_examples=50)
@given(documents, paths, st.none() | st.integers(), st.floats(0, 1e9))
def test_a_result_survives_the_way_with_its_cpu_seconds(
    result: dict[str, object], path: Path, width: int | None, cpu_seconds: float
) -> None:
    files = (OutputFile(path, "clip", "video/mp4", "a.mp4", width, None, 90),)
    for sent in (WorkDone(result, files), WorkFailed(FailureKind.TRANSIENT, "encoder_failed", "text")):
        (packed,) = FrameReader().feed(encode_frame(pack_result(sent, cpu_seconds)))
        received = unpack_result(packed)
        assert received.cpu_seconds == cpu_seconds
        assert pack_result(received, 0.0) == pack_result(sent, 0.0)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=64))
def test_bytes_that_are_no_frames_are_refused_or_waited_for(data: bytes) -> None:
    try:
        messages = FrameReader().feed(data)
    except FrameError:
        return
    assert isinstance(messages, list)


def test_a_frame_that_announces_too_much_is_refused_before_it_arrives() -> None:
    with pytest.raises(FrameError, match="announces"):
        FrameReader().feed(b"\xff\xff\xff\xff")


def test_a_message_that_is_too_long_is_refused_where_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_FRAME_BYTES", 10)
    with pytest.raises(FrameError, match="exceeds"):
        encode_frame("x" * 20)


@pytest.mark.parametrize(
    "packed", [[], 3, None, ["no_such_kind", "c", "m", 0.0], [None, {}, [3], 0.0], [None, {}, 1, 0]]
)
def test_a_result_of_another_form_is_refused(packed: list[object]) -> None:
    with pytest.raises(FrameError, match="wrong form"):
        unpack_result(packed)
