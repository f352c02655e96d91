"""Topics on a real cluster."""

import os
import uuid

import pytest

from processors.engine.admin import AdminError, KafkaCluster, RefusedError, apply
from schemas.topics import TopicSpec, load_topics

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def cluster() -> KafkaCluster:
    servers = os.environ.get("VLS_TEST_KAFKA")
    if not servers:
        pytest.fail("VLS_TEST_KAFKA is not set: give the bootstrap servers of a Kafka cluster")
    return KafkaCluster({"bootstrap.servers": servers})


@pytest.fixture
def specs() -> list[TopicSpec]:
    """Three of our topics under names that no other test uses."""
    mark = uuid.uuid4().hex[:8]
    names = ("media.job.ticks", "media.job.completed", "media.clip.tasks")
    return [load_topics()[name].model_copy(update={"name": f"test-{mark}.{name}"}) for name in names]


def test_missing_topics_are_created_and_then_nothing_is_left_to_do(
    cluster: KafkaCluster, specs: list[TopicSpec]
) -> None:
    assert len(apply(specs, cluster, lambda _: None).changes) == 3
    assert apply(specs, cluster, lambda _: None).changes == ()
    state = cluster.topics()[specs[1].name]
    assert state.partitions == specs[1].partitions
    assert state.config["cleanup.policy"] == "compact"


def test_partitions_grow_and_settings_change_and_others_stay(cluster: KafkaCluster, specs: list[TopicSpec]) -> None:
    apply(specs[:1], cluster, lambda _: None)
    before = cluster.topics()[specs[0].name]
    changed = specs[0].model_copy(update={"partitions": 9, "retention_ms": 7_200_000})
    apply([changed], cluster, lambda _: None)
    after = cluster.topics()[changed.name]
    assert after.partitions == 9
    assert after.config == {**before.config, "retention.ms": "7200000"}


def test_shrinking_is_refused_and_changes_nothing(cluster: KafkaCluster, specs: list[TopicSpec]) -> None:
    apply(specs, cluster, lambda _: None)
    before = {spec.name: cluster.topics()[spec.name] for spec in specs}
    smaller = [specs[0].model_copy(update={"partitions": 1, "retention_ms": 1_000}), *specs[1:]]
    with pytest.raises(RefusedError, match="cannot be taken away"):
        apply(smaller, cluster, lambda _: None)
    assert {spec.name: cluster.topics()[spec.name] for spec in specs} == before


def test_a_cluster_that_is_not_there_is_an_error_in_bounded_time() -> None:
    nobody = KafkaCluster({"bootstrap.servers": "127.0.0.1:9", "log_level": "0"}, timeout_s=2.0)
    with pytest.raises(AdminError, match="cannot be listed"):
        nobody.topics()
