"""Our schemas in a real registry."""

import os
import uuid
from typing import Any

import pytest

from schemas.avro import avro_schema
from schemas.codec import Codec, RegistryUnavailableError, UnknownSchemaError
from schemas.jobs import Cancel, Tick
from schemas.recorded import example_record
from schemas.registry import RefusedError, RegistryIds, check, connect, register, register_schema
from schemas.topics import Topics
from tests.schemas.wire import TOPICS, changed, with_field, without

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def client() -> Any:
    url = os.environ.get("VLS_TEST_REGISTRY")
    if not url:
        pytest.fail("VLS_TEST_REGISTRY is not set: give the URL of a registry with Confluent's API")
    return connect(url, timeout_s=20.0)


@pytest.fixture
def topics() -> Topics:
    """Two of our topics under names that no other test uses."""
    mark = uuid.uuid4().hex[:8]
    specs = [
        TOPICS[name].model_copy(update={"name": f"test-{mark}.{name}"})
        for name in ("media.job.ticks", "media.job.cancels")
    ]
    return Topics(specs, {"Tick": 2300, "Cancel": 1500})


def test_every_schema_is_registered_and_every_example_passes_through(client: Any) -> None:
    states = register(client)
    assert {state.compatibility for state in states if state.record == "Cancel"} == {"BACKWARD_TRANSITIVE"}
    assert {state.compatibility for state in states if state.record == "Tick"} == {"FULL_TRANSITIVE"}
    assert all(state.schema_id is not None and not state.problems for state in states)
    codec = Codec(RegistryIds(client))
    for spec in TOPICS.values():
        record = example_record(spec)
        assert codec.decode(spec.name, codec.encode(spec.name, record)) == record


def test_registering_again_adds_no_version(client: Any, topics: Topics) -> None:
    register(client, topics)
    register(client, topics)
    assert [state.versions for state in check(client, topics)] == [1, 1]


@pytest.mark.parametrize("change", [with_field(name="must", type="string"), without("at_ms")])
def test_the_registry_refuses_what_full_compatibility_forbids(client: Any, topics: Topics, change: Any) -> None:
    register(client, topics)
    (spec,) = topics.of_record(Tick)
    with pytest.raises(RefusedError, match=spec.subject):
        register_schema(client, spec.subject, changed(Tick, change))


def test_the_registry_refuses_a_new_command_field_without_default(client: Any, topics: Topics) -> None:
    register(client, topics)
    (spec,) = topics.of_record(Cancel)
    with pytest.raises(RefusedError, match=spec.subject):
        register_schema(client, spec.subject, changed(Cancel, with_field(name="must", type="string")))


def test_a_command_may_lose_a_field(client: Any, topics: Topics) -> None:
    register(client, topics)
    (spec,) = topics.of_record(Cancel)
    assert register_schema(client, spec.subject, changed(Cancel, without("stage"))) > 0


def test_ours_is_refused_when_the_registry_has_what_it_cannot_follow(client: Any, topics: Topics) -> None:
    (spec,) = topics.of_record(Tick)
    register_schema(client, spec.subject, changed(Tick, without("at_ms")))
    with pytest.raises(RefusedError, match="at_ms is missing and has no default"):
        register(client, topics)


@pytest.mark.parametrize("schema_id", [2**31 - 1, 1_999_999_999])
def test_an_id_that_was_never_given_is_unknown(client: Any, schema_id: int) -> None:
    with pytest.raises(UnknownSchemaError):
        RegistryIds(client).schema_of(schema_id)


def test_a_wrong_path_is_not_an_unknown_schema(client: Any) -> None:
    wrong = connect(os.environ["VLS_TEST_REGISTRY"].rstrip("/") + "/nowhere")
    with pytest.raises(RegistryUnavailableError):
        RegistryIds(wrong).schema_of(1)


def test_a_schema_that_is_not_registered_is_waited_for(client: Any, topics: Topics) -> None:
    (spec,) = topics.of_record(Tick)
    with pytest.raises(RegistryUnavailableError, match="is not registered"):
        RegistryIds(client).id_of(spec.name, Tick)
    given = register_schema(client, spec.subject, avro_schema(Tick))
    assert RegistryIds(client).id_of(spec.name, Tick) == given
