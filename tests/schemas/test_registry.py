"""The registry's answers, and what they mean. The registry here is a web server of a few lines."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from schemas.avro import avro_schema
from schemas.codec import RegistryUnavailableError, UndecodableError, UnknownSchemaError
from schemas.jobs import Tick
from schemas.registry import RefusedError, RegistryIds, check, connect, register
from schemas.topics import Topics
from tests.schemas.wire import TOPICS, changed, with_field, without

ONE = Topics([TOPICS["media.job.ticks"]], {"Tick": 2300})
SUBJECT = "media.job.ticks-value"


class Registry:
    """What the web server answers with: subjects in memory, or one answer to everything."""

    def __init__(self) -> None:
        self.subjects: dict[str, list[tuple[int, str]]] = {}
        self.levels: dict[str, str] = {}
        self.always: tuple[int, bytes] | None = None
        self.asked: list[str] = []
        self.url = ""

    def put(self, subject: str, schema: Any) -> int:
        text = json.dumps(schema)
        versions = self.subjects.setdefault(subject, [])
        known = [number for number, old in versions if old == text]
        if not known:
            versions.append((len(versions) + 1, text))
        return known[0] if known else len(versions)

    def answer(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        self.asked.append(f"{method} {path}")
        if self.always is not None:
            return self.always
        status, found = self._find(method, path, body)
        return status, json.dumps(found).encode()

    def _find(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if found := re.fullmatch(r"/schemas/ids/(\d+)", path):
            for number, text in [pair for versions in self.subjects.values() for pair in versions]:
                if number == int(found[1]):
                    return 200, {"schema": text}
            return 404, {"error_code": 40403, "message": "Schema not found"}
        if found := re.fullmatch(r"/config/(.+)", path):
            if method == "PUT":
                self.levels[found[1]] = body["compatibility"]
            level = self.levels.get(found[1])
            if level is None:
                return 404, {"error_code": 40408, "message": "not configured"}
            return 200, {"compatibilityLevel": level, "compatibility": level}
        found = re.fullmatch(r"/subjects/([^/]+)(/versions(/\d+)?)?", path)
        assert found is not None, path
        subject = found[1]
        if method == "POST" and found[2]:
            return 200, {"id": self.put(subject, json.loads(body["schema"]))}
        versions = self.subjects.get(subject)
        if versions is None:
            return 404, {"error_code": 40401, "message": "Subject not found"}
        if method == "POST":
            for number, text in versions:
                if text == body["schema"]:
                    return 200, {"id": number, "version": number, "subject": subject, "schema": text}
            return 404, {"error_code": 40403, "message": "Schema not found"}
        if found[3]:
            number = int(found[3][1:])
            return 200, {"id": number, "version": number, "subject": subject, "schema": versions[number - 1][1]}
        return 200, [number for number, _ in versions]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[Registry]:
    state = Registry()

    def app(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]) -> list[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = json.loads(environ["wsgi.input"].read(length)) if length else None
        status, answer = state.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
        start(f"{status} {HTTPStatus(status).phrase}", [("Content-Length", str(len(answer)))])
        return [answer]

    server = make_server("127.0.0.1", 0, app, handler_class=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def client_of(registry: Registry) -> Any:
    return connect(registry.url, retries=0)


def test_a_registered_schema_has_its_id(registry: Registry) -> None:
    registry.put(SUBJECT, {"type": "string"})
    registry.put(SUBJECT, avro_schema(Tick))
    assert RegistryIds(client_of(registry)).id_of("media.job.ticks", Tick) == 2


@pytest.mark.parametrize("versions", [[], [{"type": "string"}]])
def test_a_schema_that_is_not_registered_is_waited_for(registry: Registry, versions: list[Any]) -> None:
    for schema in versions:
        registry.put(SUBJECT, schema)
    with pytest.raises(RegistryUnavailableError, match=r"Tick is not registered for media\.job\.ticks"):
        RegistryIds(client_of(registry)).id_of("media.job.ticks", Tick)


def test_an_id_gives_its_schema(registry: Registry) -> None:
    registry.put(SUBJECT, avro_schema(Tick))
    assert RegistryIds(client_of(registry)).schema_of(1) == avro_schema(Tick)


def test_a_definite_no_is_an_unknown_schema(registry: Registry) -> None:
    with pytest.raises(UnknownSchemaError, match="schema id 77"):
        RegistryIds(client_of(registry)).schema_of(77)


@pytest.mark.parametrize(
    "answer",
    [
        (500, b'{"error_code": 50001, "message": "store"}'),
        (503, b"busy"),
        (404, b"<html>no such page</html>"),
        (404, b'{"error_code": 404, "message": "no such path"}'),
        (401, b'{"error_code": 40101, "message": "who are you"}'),
        (429, b""),
        (200, b"<html>sign in</html>"),
    ],
)
def test_any_other_answer_says_nothing_about_the_message(registry: Registry, answer: tuple[int, bytes]) -> None:
    registry.always = answer
    with pytest.raises(RegistryUnavailableError, match=r"^Schema 3: "):
        RegistryIds(client_of(registry)).schema_of(3)
    with pytest.raises(RegistryUnavailableError):
        RegistryIds(client_of(registry)).id_of("media.job.ticks", Tick)
    with pytest.raises(RegistryUnavailableError):
        check(client_of(registry), ONE)


def test_no_registry_at_all_says_nothing_about_the_message_and_does_not_tell_the_address() -> None:
    client = connect("http://user:password@127.0.0.1:9", retries=0, timeout_s=2.0)
    with pytest.raises(RegistryUnavailableError, match="cannot be asked") as caught:
        RegistryIds(client).schema_of(3)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    "found",
    [
        {"schema": 'syntax = "proto3";', "schemaType": "PROTOBUF"},
        {"schema": '"other.Thing"', "references": [{"name": "other.Thing", "subject": "other", "version": 1}]},
    ],
)
def test_a_schema_that_is_not_whole_avro_is_no_message_of_ours(registry: Registry, found: dict[str, Any]) -> None:
    registry.always = (200, json.dumps(found).encode())
    with pytest.raises(UndecodableError, match="Schema 3 is not a whole Avro schema"):
        RegistryIds(client_of(registry)).schema_of(3)


def test_checking_changes_nothing_and_says_what_is_missing(registry: Registry) -> None:
    (state,) = check(client_of(registry), ONE)
    assert (state.schema_id, state.versions, state.problems, state.compatibility) == (None, 0, (), "not set")
    assert registry.subjects == {}
    assert not any(line.startswith("PUT") for line in registry.asked)


def test_checking_compares_with_every_version(registry: Registry) -> None:
    registry.put(SUBJECT, changed(Tick, with_field(name="n", type="string")))
    registry.put(SUBJECT, changed(Tick, without("at_ms")))
    registry.put(SUBJECT, avro_schema(Tick))
    (state,) = check(client_of(registry), ONE)
    assert state.schema_id == 3
    assert [problem.split(":")[0] for problem in state.problems] == [
        "cannot be read by version 1",
        "cannot read what version 2 wrote",
    ]


def test_other_words_in_a_registered_schema_are_the_same_schema(registry: Registry) -> None:
    registry.put(SUBJECT, changed(Tick, lambda schema: schema.update(doc="Other words.")))
    (state,) = check(client_of(registry), ONE)
    assert state.schema_id == 1


def test_registering_sets_the_compatibility_and_can_be_done_again(registry: Registry) -> None:
    heard: list[str] = []
    for _ in range(2):
        (state,) = register(client_of(registry), ONE, lambda state: heard.append(state.subject))
        assert (state.compatibility, state.schema_id, state.versions) == ("FULL_TRANSITIVE", 1, 1)
    assert heard == [SUBJECT, SUBJECT]


def test_nothing_is_registered_when_one_schema_may_not_be(registry: Registry) -> None:
    topics = Topics([TOPICS["media.job.cancels"], TOPICS["media.job.ticks"]], {"Tick": 2300, "Cancel": 1500})
    registry.put(SUBJECT, changed(Tick, without("at_ms")))
    with pytest.raises(RefusedError, match=r"media\.job\.ticks-value: cannot read what version 1 wrote: at_ms"):
        register(client_of(registry), topics)
    assert registry.subjects.keys() == {SUBJECT}
    assert registry.levels == {}
