"""Fixed schema ids, for when there is no registry."""

import json
from pathlib import Path

import pytest

from schemas.avro import avro_schema
from schemas.codec import Codec, UnknownSchemaError
from schemas.jobs import Stage, Tick
from schemas.released import released
from schemas.static_ids import StaticIds
from schemas.topics import load_topics
from tests.schemas.wire import changed, without

TOPICS = load_topics()


def test_our_schema_has_the_id_of_its_released_version() -> None:
    newest = released("Tick")[-1][0]
    assert StaticIds().id_of("media.job.ticks", Tick) == TOPICS.static_id("Tick", newest)


def test_an_id_gives_back_its_schema() -> None:
    ids = StaticIds()
    assert ids.schema_of(ids.id_of("media.job.ticks", Tick)) == avro_schema(Tick)


def test_an_id_that_is_none_of_them_is_unknown() -> None:
    with pytest.raises(UnknownSchemaError, match="12345"):
        StaticIds().schema_of(12345)


def test_what_an_older_version_wrote_is_read_after_a_release(tmp_path: Path) -> None:
    folder = tmp_path / "Tick"
    folder.mkdir()
    (folder / "v1.avsc").write_text(json.dumps(changed(Tick, without("failed"))), encoding="utf-8")
    ids = StaticIds(TOPICS, tmp_path)
    assert ids.id_of("media.job.ticks", Tick) == TOPICS.static_id("Tick", 2)

    class AsItWas(StaticIds):
        def id_of(self, topic: str, record: type) -> int:
            return TOPICS.static_id("Tick", 1)

    tick = Tick(job_id="j", run_id="r", stage=Stage.CLIP, phase="clips", at_ms=1)
    now = Codec(ids, TOPICS).encode("media.job.ticks", tick)
    assert now[4] == TOPICS.static_id("Tick", 2) & 0xFF
    # In Tick, `failed` (one byte) comes before `at_ms` (one byte here): version 1 is this without it.
    before = Codec(AsItWas(TOPICS, tmp_path), TOPICS).encode("media.job.ticks", tick)
    assert Codec(ids, TOPICS).decode("media.job.ticks", before[:-2] + before[-1:]) == tick
