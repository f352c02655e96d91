"""The AsyncAPI 3.0 document of the contract, for tools that draw or generate from one."""

from typing import Any

import yaml

from schemas.avro import NAMESPACE, avro_schema
from schemas.headers import CONTENT_TYPE
from schemas.records import RECORDS
from schemas.topics import Topics, TopicSpec

# The headers of every message, as schemas/headers.py builds them: (name, what it is, always there).
_HEADERS = (
    ("ce_specversion", "CloudEvents version, 1.0.", True),
    ("ce_id", "Id of the event; the same whenever it is published again.", True),
    ("ce_type", f"`{NAMESPACE}.` and the record's name.", True),
    ("ce_source", "Which processor wrote it.", True),
    ("ce_time", "When it happened, RFC 3339.", True),
    ("ce_subject", "What it is about.", True),
    ("traceparent", "W3C trace context.", True),
    ("job_id", "UUID of the job.", False),
    ("run_id", "UUID of the run.", False),
    ("task_id", "The task's id within the run.", False),
)


def asyncapi(topics: Topics) -> str:
    """schemas/docs/asyncapi.yaml. Operations are seen from this service: it receives commands and sends the rest."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Virtual Listing Studio media service",
            "version": "1.0.0",
            "description": "Values are Avro in Confluent's wire format: a zero byte, a schema id in 4 bytes, a record.",
        },
        "defaultContentType": CONTENT_TYPE.decode(),
        "channels": {_id(spec): _channel(spec) for spec in topics.values()},
        "operations": {name: body for spec in topics.values() for name, body in _operations(spec).items()},
        "components": {
            "messages": {name: _message(name) for name in RECORDS},
            "messageTraits": {"envelope": {"headers": _headers_schema()}},
        },
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _channel(spec: TopicSpec) -> dict[str, Any]:
    kafka = {
        "topic": spec.name,
        "partitions": spec.partitions,
        "topicConfiguration": {
            "cleanup.policy": [spec.cleanup],
            "retention.ms": spec.retention_ms,
            "max.message.bytes": spec.max_message_bytes,
        },
    }
    return {
        "address": spec.name,
        "description": spec.about,
        "messages": {spec.record: {"$ref": f"#/components/messages/{spec.record}"}},
        "bindings": {"kafka": kafka},
        "x-key": "/".join(spec.key),
        "x-writers": list(spec.writers),
        "x-readers": list(spec.readers),
        "x-compatibility": spec.compatibility,
    }


def _operations(spec: TopicSpec) -> dict[str, Any]:
    outside = {"backend", "operator"}
    found = {}
    for action, names in (("receive", spec.readers), ("send", spec.writers)):
        if set(names) - outside:
            found[f"{action}-{_id(spec)}"] = {"action": action, "channel": {"$ref": f"#/channels/{_id(spec)}"}}
    return found


def _message(name: str) -> dict[str, Any]:
    schema = avro_schema(RECORDS[name])
    return {
        "name": name,
        "summary": schema["doc"],
        "contentType": CONTENT_TYPE.decode(),
        "traits": [{"$ref": "#/components/messageTraits/envelope"}],
        "payload": {"schemaFormat": "application/vnd.apache.avro+json;version=1.9.0", "schema": schema},
    }


def _headers_schema() -> dict[str, Any]:
    properties = {name: {"type": "string", "description": text} for name, text, _ in _HEADERS}
    return {"type": "object", "properties": properties, "required": [name for name, _, always in _HEADERS if always]}


def _id(spec: TopicSpec) -> str:
    return spec.name.replace(".", "_")
